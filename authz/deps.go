package authz

import (
	_ "github.com/ory/fosite/handler/oauth2"
	_ "github.com/ory/fosite/handler/pkce"
	_ "github.com/go-jose/go-jose/v4"
	_ "github.com/gorilla/sessions"
	_ "github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/pressly/goose/v3"
	_ "github.com/spf13/cobra"
	_ "github.com/spf13/viper"
	_ "modernc.org/sqlite"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/oauth2"
	_ "github.com/chromedp/chromedp"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "golang.org/x/net/html"
	_ "golang.org/x/text/unicode/norm"
	_ "golang.org/x/sync/singleflight"
	_ "go.yaml.in/yaml/v3"
)
