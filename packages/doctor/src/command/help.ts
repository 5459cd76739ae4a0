export const help = `Usage: portcullis doctor [options] <url>

Say which MCP clients will connect to a server, which will not, at which step each stops, why, and the fix.
It looks from outside, as clients do: it creates nothing and signs nobody in.

Arguments:
  url                  the URL of the MCP server, exactly as people type it into their client

Options:
  --client <ids>       only these clients, with commas between: --client claude-code,chatgpt
  --json               print the report as JSON (packages/doctor/report.schema.json)
  --verbose            show all that was seen, with the bytes
  --no-color           no colours; NO_COLOR does the same
  -h, --help           explain this

Examples:
  portcullis doctor https://mcp.example.com/mcp
  portcullis doctor http://localhost:7080/mcp --client claude-code,codex
  portcullis doctor https://mcp.example.com/mcp --json | jq '.clients[] | select(.verdict == "stops")'

Exit codes: 0 all of them connect; 1 something is wrong that stops some; 2 wrong command line; 3 of some nobody can tell, and none stops;
70 a fault of the doctor itself.
`
