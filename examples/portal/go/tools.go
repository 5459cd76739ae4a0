package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// newServer has the tools. Which scopes each needs stands in portcullis.yaml.
func newServer(portfolios *portfolios) *mcp.Server {
	server := mcp.NewServer(&mcp.Implementation{Name: "folio-go", Version: "1.0.0"}, nil)

	mcp.AddTool(server, &mcp.Tool{
		Name:        "read_portfolio",
		Description: "Lists what you hold.",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true},
	}, func(_ context.Context, request *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, any, error) {
		subject, err := callerOf(request.Extra.Header)
		if err != nil {
			return nil, nil, err
		}
		held := portfolios.list(subject)
		if len(held) == 0 {
			return said("You hold nothing."), nil, nil
		}
		return said(strings.Join(held, "\n")), nil, nil
	})

	type holding struct {
		Symbol string  `json:"symbol" jsonschema:"the ticker symbol, such as BHP.AX"`
		Units  float64 `json:"units" jsonschema:"how many; 0 takes it out"`
	}
	mcp.AddTool(server, &mcp.Tool{
		Name:        "set_holding",
		Description: "Sets how many units of something you hold.",
	}, func(_ context.Context, request *mcp.CallToolRequest, wanted holding) (*mcp.CallToolResult, any, error) {
		subject, err := callerOf(request.Extra.Header)
		if err != nil {
			return nil, nil, err
		}
		portfolios.set(subject, wanted.Symbol, wanted.Units)
		return said(fmt.Sprintf("You hold %v %s.", wanted.Units, wanted.Symbol)), nil, nil
	})

	return server
}

// callerOf reads who calls, as the gateway says: percent-encoded but for visible ASCII. Nobody is nobody, and never somebody by default.
func callerOf(header http.Header) (string, error) {
	subject, err := url.PathUnescape(header.Get("X-Portcullis-Subject"))
	if err != nil || subject == "" {
		return "", errors.New("nobody says who calls: this server stands behind the gateway alone")
	}
	return subject, nil
}

func said(text string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}}
}
