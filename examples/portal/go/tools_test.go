package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// asSubject sends what the gateway sends.
type asSubject string

func (subject asSubject) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	if subject != "" {
		request.Header.Set("X-Portcullis-Subject", string(subject))
	}
	return http.DefaultTransport.RoundTrip(request)
}

func call(t *testing.T, url string, subject asSubject, tool string, arguments map[string]any) *mcp.CallToolResult {
	t.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	transport := &mcp.StreamableClientTransport{Endpoint: url, HTTPClient: &http.Client{Transport: subject}}
	session, err := client.Connect(context.Background(), transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	result, err := session.CallTool(context.Background(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func textOf(result *mcp.CallToolResult) string {
	return result.Content[0].(*mcp.TextContent).Text
}

func TestEachPersonHasAPortfolioOfTheirOwn(t *testing.T) {
	server := httptest.NewServer(newHandler(newPortfolios()))
	defer server.Close()

	call(t, server.URL, "ada", "set_holding", map[string]any{"symbol": "BHP.AX", "units": 120})

	if got := textOf(call(t, server.URL, "ada", "read_portfolio", nil)); got != "BHP.AX: 120" {
		t.Errorf("ada holds %q", got)
	}
	if got := textOf(call(t, server.URL, "bob", "read_portfolio", nil)); got != "You hold nothing." {
		t.Errorf("bob holds %q", got)
	}
}

func TestNobodyIsAnsweredWhereNobodySaysWhoCalls(t *testing.T) {
	server := httptest.NewServer(newHandler(newPortfolios()))
	defer server.Close()

	result := call(t, server.URL, "", "read_portfolio", nil)

	if !result.IsError || !strings.Contains(textOf(result), "nobody says who calls") {
		t.Errorf("it says %q", textOf(result))
	}
}
