/** The part of mocha that the suite calls. The extension host's test runner brings mocha itself. */
declare module 'mocha' {
  interface Context {
    timeout(milliseconds: number): void;
    skip(): never;
  }
  type Body = (this: Context) => void | Promise<void>;
  export function describe(title: string, body: () => void): void;
  export function it(title: string, body: Body): void;
  export function before(body: Body): void;
  export function after(body: Body): void;
  export function beforeEach(body: Body): void;
  export function afterEach(body: Body): void;

  interface Test {
    readonly duration?: number;
    fullTitle(): string;
  }
  interface Runner {
    on(event: 'pass' | 'pending', listener: (test: Test) => void): this;
    on(event: 'fail', listener: (test: Test, error: Error) => void): this;
  }
  export default class Mocha {
    constructor(options: { readonly ui: 'bdd'; readonly color: boolean; readonly timeout: number });
    addFile(file: string): this;
    run(done: (failures: number) => void): Runner;
  }
}
