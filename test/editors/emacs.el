;;; Opens a manifest in Emacs with eglot and Podproof's server, hardens it by a code action, and prints what it saw as lines of "key value".  -*- lexical-binding: t -*-

(require 'cl-lib)
(require 'eglot)
;; Debian has it in a package of its own; what eglot goes by is the name of the mode.
(unless (require 'yaml-mode nil t)
  (define-derived-mode yaml-mode text-mode "YAML"))

(defun fail (why)
  (princ (format "failed %s\n" why))
  (kill-emacs 1))

(defun wait-until (holds why)
  (let ((until (+ (float-time) 20)))
    (while (not (funcall holds))
      (when (> (float-time) until) (fail why))
      (accept-process-output nil 0.05))))

;; As docs/editors.md has it, but for the program.
(add-to-list 'eglot-server-programs
             `((yaml-mode yaml-ts-mode) . (,(getenv "PODPROOF_NODE") ,(getenv "PODPROOF_SERVER") "--stdio")))
(setq-default eglot-workspace-configuration '(:podproof (:minimumUid 1001)))
(setq eglot-sync-connect 20 eglot-autoshutdown nil)

(find-file (getenv "PODPROOF_MANIFEST"))
(yaml-mode)
(setq-local require-final-newline nil)
(apply #'eglot (eglot--guess-contact))
(wait-until #'eglot-current-server "the server does not start")

(defun found ()
  (flymake-start nil)
  (length (flymake-diagnostics)))
(wait-until (lambda () (> (found) 0)) "no diagnostics came")
(princ (format "found %d\n" (found)))

(defun ask (method &rest params)
  (jsonrpc-request (eglot-current-server) method
                   (append (list :textDocument (eglot--TextDocumentIdentifier)) params)))

(let ((hover (ask :textDocument/hover :position '(:line 4 :character 1))))
  (princ (format "hover %s\n" (if (string-match-p "seccomp" (format "%S" hover)) "true" "false"))))

(let* ((top '(:line 0 :character 0))
       (actions (ask :textDocument/codeAction :range (list :start top :end top) :context '(:diagnostics [])))
       (harden (cl-find "Harden this file" actions :key (lambda (one) (plist-get one :title)) :test #'equal)))
  (unless harden (fail "Harden is not offered"))
  (unless (plist-get harden :edit)
    (setq harden (jsonrpc-request (eglot-current-server) :codeAction/resolve harden)))
  (unless (plist-get harden :edit) (fail "Harden has no edit"))
  (eglot--apply-workspace-edit (plist-get harden :edit)))
(eglot--signal-textDocument/didChange)
(wait-until (lambda () (= (found) 0)) "something is found after hardening")
(princ (format "left %d\n" (found)))
(let ((save-silently t)) (save-buffer))
(eglot-shutdown (eglot-current-server) nil 5)
(kill-emacs 0)
