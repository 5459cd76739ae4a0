// Folio's tools on the official Go SDK. There is no OAuth in it: `portcullis serve` stands in front, asks people to sign in, and says by headers who
// calls. Whoever believes those headers must not be reached by anybody else, so it listens on loopback alone.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8884"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Folio's tools, without any sign-in, for this machine alone: http://%s/mcp\n", listener.Addr())
	log.Fatal(http.Serve(listener, newHandler(newPortfolios())))
}

// newHandler serves every revision of the protocol. The SDK speaks 2026-07-28 without sessions only, and has them for the revisions before only in a
// handler of their own.
func newHandler(portfolios *portfolios) http.Handler {
	server := newServer(portfolios)
	serverFor := func(*http.Request) *mcp.Server { return server }
	withSessions := mcp.NewStreamableHTTPHandler(serverFor, nil)
	stateless := mcp.NewStreamableHTTPHandler(serverFor, &mcp.StreamableHTTPOptions{Stateless: true})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("MCP-Protocol-Version") >= "2026-07-28" {
			stateless.ServeHTTP(w, r)
			return
		}
		withSessions.ServeHTTP(w, r)
	})
}
