export const help = `Usage: portcullis doctor [options] <url>
       portcullis doctor [options] --from <file>

Say which MCP clients will connect to a server, which will not, at which step each stops, why, and the fix.
It looks from outside, as clients do: it creates nothing and signs nobody in.

Arguments:
  url                  the URL of the MCP server, exactly as people type it into their client

Options:
  --client <ids>       only these clients, with commas between: --client claude-code,chatgpt
  --json               print the report as JSON, for machines (report.schema.json describes it)
  --save <file>        also write that JSON into a file
  --from <file>        ask nothing: judge anew what a file from --save or --json has
  --timeout <seconds>  give up asking after so long (default: 15)
  --verbose            show all that was seen, with the bytes
  --no-color           no colours; NO_COLOR=1 does the same, FORCE_COLOR=1 the opposite
  -h, --help           explain this

Examples:
  portcullis doctor https://mcp.example.com/mcp
  portcullis doctor http://localhost:7080/mcp --client claude-code,codex
  portcullis doctor https://mcp.example.com/mcp --json | jq -r '.clients[] | select(.verdict == "stops") | .name'

Exit codes:
  0    every client will connect, as far as anybody knows the client
  1    something is wrong: some stop, or are let in without signing in where they should not be
  2    the command line is wrong
  3    none stops, but the server did not show enough, or nobody knows enough of a client named by --client
  70   the doctor itself failed
`
