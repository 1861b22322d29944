/**
 * Writes VS Code's log files in plain JavaScript: the part of `@vscode/spdlog` that VS Code calls.
 *
 * The original is a native addon, which would need a compiler on every machine that runs the editor. Without any, the editor
 * works but every Output channel stays empty. Files are written synchronously and never rotated: runs of the harness are short.
 */

const fs = require('node:fs');
const path = require('node:path');

const levelNames = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];
let defaultLevel = 2;

exports.version = 11500;
exports.setFlushOn = () => undefined;
exports.setLevel = (level) => {
  defaultLevel = level;
};

class Logger {
  #file;
  #level = defaultLevel;
  #plain = false;

  constructor(_kind, _name, file) {
    this.#file = file;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.appendFileSync(file, '');
  }
  #write(level, message) {
    if (level < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    const text = this.#plain ? String(message) : `${time} [${levelNames[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this.#file, text);
    } catch {
      // The folder is gone once the run that owns it has ended; a log line is not worth an error then.
    }
  }
  trace(message) {
    this.#write(0, message);
  }
  debug(message) {
    this.#write(1, message);
  }
  info(message) {
    this.#write(2, message);
  }
  warn(message) {
    this.#write(3, message);
  }
  error(message) {
    this.#write(4, message);
  }
  critical(message) {
    this.#write(5, message);
  }
  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  /** Output channels write their own lines, line ends included. */
  clearFormatters() {
    this.#plain = true;
  }
  setPattern() {}
  flush() {}
  drop() {}
}

exports.Logger = Logger;
exports.createRotatingLogger = async (name, file) => new Logger('rotating', name, file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger('rotating_async', name, file);
