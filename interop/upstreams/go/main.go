// An MCP server on the official Go SDK. There is no OAuth in it: Portcullis stands in front, and says by headers who calls.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func main() {
	server := mcp.NewServer(&mcp.Implementation{Name: "whoami-go", Version: "1.0.0"}, nil)
	mcp.AddTool(server, &mcp.Tool{
		Name:        "whoami",
		Description: "Tells who you are to this server, as the gateway says.",
	}, whoami)
	serverFor := func(*http.Request) *mcp.Server { return server }
	// The SDK speaks 2026-07-28 without sessions only, and has them for the revisions before only in a handler of their own.
	withSessions := mcp.NewStreamableHTTPHandler(serverFor, nil)
	stateless := mcp.NewStreamableHTTPHandler(serverFor, &mcp.StreamableHTTPOptions{Stateless: true})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("MCP-Protocol-Version") >= "2026-07-28" {
			stateless.ServeHTTP(w, r)
			return
		}
		withSessions.ServeHTTP(w, r)
	})

	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Listening on http://%s/mcp\n", listener.Addr())
	log.Fatal(http.Serve(listener, handler))
}

func whoami(_ context.Context, request *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, any, error) {
	subject := said(request.Extra.Header, "X-Portcullis-Subject", "anonymous")
	client := said(request.Extra.Header, "X-Portcullis-Client", "no client that is named")
	text := fmt.Sprintf("Go says: you are %s, through %s", subject, client)
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}}, nil, nil
}

// said reads a header in which the gateway has percent-encoded all but visible ASCII.
func said(header http.Header, name, otherwise string) string {
	value, err := url.PathUnescape(header.Get(name))
	if err != nil || value == "" {
		return otherwise
	}
	return value
}
