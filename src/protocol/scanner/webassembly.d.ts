// The little of WebAssembly that we use; the types of Node 20 lack it.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: unknown);
    readonly exports: unknown;
  }
}
