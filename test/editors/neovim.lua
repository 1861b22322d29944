-- Opens a manifest in Neovim with Podproof's server, hardens it by a code action, and prints what it saw as lines of "key value".
local server, manifest = vim.env.PODPROOF_SERVER, vim.env.PODPROOF_MANIFEST
local patience = 20000

local function fail(why)
  io.stdout:write('failed ' .. why .. '\n')
  vim.cmd('cquit')
end

vim.cmd('edit ' .. vim.fn.fnameescape(manifest))
local buffer = vim.api.nvim_get_current_buf()
local client = vim.lsp.start_client({
  name = 'podproof',
  cmd = { vim.env.PODPROOF_NODE, server, '--stdio' },
  root_dir = vim.fn.fnamemodify(manifest, ':h'),
})
if not client or not vim.lsp.buf_attach_client(buffer, client) then fail('the server does not start') end

local function found() return #vim.diagnostic.get(buffer) end
if not vim.wait(patience, function() return found() > 0 end, 20) then fail('no diagnostics came') end
io.stdout:write('found ' .. found() .. '\n')

local here = { textDocument = { uri = vim.uri_from_bufnr(buffer) } }
local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(buffer, method, vim.tbl_extend('force', here, params), patience) or {}
  local _, answer = next(answers)
  return answer and answer.result
end

local start = { line = 0, character = 0 }
local hover = ask('textDocument/hover', { position = { line = 4, character = 1 } })
io.stdout:write('hover ' .. tostring(hover ~= nil and vim.inspect(hover):find('seccomp') ~= nil) .. '\n')

local actions = ask('textDocument/codeAction', { range = { start = start, ['end'] = start }, context = { diagnostics = {} } })
local harden
for _, action in ipairs(actions or {}) do
  if action.title == 'Harden this file' then harden = action end
end
if not harden then fail('Harden is not offered') end
if not harden.edit then
  local answers = vim.lsp.buf_request_sync(buffer, 'codeAction/resolve', harden, patience) or {}
  local _, answer = next(answers)
  harden = answer and answer.result or harden
end
if not harden.edit then fail('Harden has no edit') end
vim.lsp.util.apply_workspace_edit(harden.edit, 'utf-16')
if not vim.wait(patience, function() return found() == 0 end, 20) then fail('something is found after hardening') end
io.stdout:write('left ' .. found() .. '\n')
vim.cmd('write')
vim.cmd('qall!')
