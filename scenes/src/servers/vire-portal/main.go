// The MCP endpoint and the metadata of seed 000, as the document shows them: before its fix, and with `fixed` after it.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
)

type document map[string]interface{}

func write(w http.ResponseWriter, status int, body interface{}) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func main() {
	baseURL := os.Getenv("ORIGIN")
	fixed := len(os.Args) > 1 && os.Args[1] == "fixed"
	mux := http.NewServeMux()

	// internal/mcp/handler.go: the user is looked for, and whoever is nobody is served as well.
	mux.HandleFunc("/mcp", func(w http.ResponseWriter, r *http.Request) {
		if fixed && r.Header.Get("Authorization") != "Bearer good" {
			scheme := "http"
			if strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
				scheme = "https"
			}
			metadata := fmt.Sprintf("%s://%s/.well-known/oauth-protected-resource", scheme, r.Host)
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer resource_metadata="%s"`, metadata))
			write(w, http.StatusUnauthorized, document{"error": "unauthorized", "error_description": "Authentication required to access MCP endpoint"})
			return
		}
		if r.Method != http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		var message struct {
			ID interface{} `json:"id"`
		}
		json.NewDecoder(r.Body).Decode(&message)
		write(w, http.StatusOK, document{"jsonrpc": "2.0", "id": message.ID, "result": document{
			"protocolVersion": "2025-03-26",
			"capabilities":    document{"tools": document{}},
			"serverInfo":      document{"name": "vire-portal", "version": "1.0.0"},
		}})
	})

	// internal/auth/discovery.go
	mux.HandleFunc("/.well-known/oauth-protected-resource", func(w http.ResponseWriter, r *http.Request) {
		metadata := document{
			"resource":              baseURL,
			"authorization_servers": []string{baseURL},
			"scopes_supported":      []string{"portfolio:read", "portfolio:write", "tools:invoke"},
		}
		if fixed {
			metadata["bearer_methods_supported"] = []string{"header"}
		}
		w.Header().Set("Cache-Control", "public, max-age=3600")
		write(w, http.StatusOK, metadata)
	})
	mux.HandleFunc("/.well-known/oauth-authorization-server", func(w http.ResponseWriter, r *http.Request) {
		write(w, http.StatusOK, document{
			"issuer":                                baseURL,
			"authorization_endpoint":                baseURL + "/authorize",
			"token_endpoint":                        baseURL + "/token",
			"registration_endpoint":                 baseURL + "/register",
			"response_types_supported":              []string{"code"},
			"grant_types_supported":                 []string{"authorization_code", "refresh_token"},
			"code_challenge_methods_supported":      []string{"S256"},
			"token_endpoint_auth_methods_supported": []string{"none"},
		})
	})

	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, "client_id is missing")
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		write(w, http.StatusBadRequest, document{"error": "invalid_request"})
	})
	mux.HandleFunc("/register", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		write(w, http.StatusCreated, document{"client_id": "scene", "redirect_uris": []string{"http://127.0.0.1/callback"}})
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), mux))
}
