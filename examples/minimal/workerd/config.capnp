using Workerd = import "/workerd/workerd.capnp";

# `workerd serve config.capnp`: the worker that `esbuild` made of server.ts.
const config :Workerd.Config = (
  services = [
    (name = "notes", worker = (
      modules = [(name = "server.js", esModule = embed "server.js")],
      compatibilityDate = "2026-11-01",
      compatibilityFlags = ["nodejs_compat"],
      bindings = [
        (name = "RESOURCE", fromEnvironment = "RESOURCE"),
        (name = "ISSUER", fromEnvironment = "ISSUER"),
        (name = "REVOCATIONS_SECRET", fromEnvironment = "REVOCATIONS_SECRET"),
      ],
    )),
    # Workers reach public addresses alone, and the issuer is on this machine while one tries it.
    (name = "internet", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "*:3000", http = (), service = "notes")],
);
