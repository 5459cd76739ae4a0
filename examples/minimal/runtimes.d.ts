/** What two of the examples take from the runtime that they are for. */
declare const Bun: { serve(options: { fetch: (request: Request) => Promise<Response>; port: number }): unknown }
declare const Deno: { serve(options: { port: number }, handler: (request: Request) => Promise<Response>): unknown }
