package grant

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"postern/authz/event"
	"postern/authz/mirror"
	"postern/authz/token"
	"postern/storage"
)

const (
	accessMax = 24 * time.Hour  // no access token lives longer
	margin    = 5 * time.Minute // what a revocation outlives its object by
	codeWhat  = "authorization code"
)

// openCode unseals a code and matches client and redirect URI (RFC 6749 4.1.3). Nothing is written: a failure here
// neither burns the code nor revokes anything.
func (s *Server) openCode(text string, x *exchange) error {
	if text == "" {
		return refuse(InvalidRequest, "The parameter code is missing.")
	}
	c, err := s.mint.OpenCode(text)
	switch {
	case s.unsure(err):
		return storage.ErrUnavailable
	case errors.Is(err, token.ErrExpired):
		return invalidGrant(codeWhat, "code has expired").from(err)
	case err != nil:
		return invalidGrant(codeWhat, "not a code of this server").from(err)
	case c.Client != x.client.ID:
		return invalidGrant(codeWhat, "code belongs to another client")
	}
	if err := matchRedirect(&c, x.call.Form.Get("redirect_uri")); err != nil {
		return err
	}
	x.code = &c
	x.grant, x.user, x.org = c.Grant, c.User, c.Org
	x.audience, x.authTime = c.Audience, c.AuthTime
	x.userEpoch, x.appEpoch = c.UserEpoch, c.ClientEpoch
	return nil
}

// matchRedirect compares the redirect URI with that of the authorization request. OAuth 2.1 clients leave it out, which
// is safe when PKCE binds the code.
func matchRedirect(c *token.Code, uri string) error {
	if uri == "" && (!c.RedirectSent || c.HasChallenge) {
		return nil
	}
	sum := sha256.Sum256([]byte(uri))
	if subtle.ConstantTimeCompare(sum[:], c.RedirectHash[:]) != 1 {
		return invalidGrant(codeWhat, "redirect_uri differs from that of the authorization request")
	}
	return nil
}

// redeem inserts the grant. A code that was used before ends what its first use began (RFC 6749 4.1.2, RFC 9700 4.5).
func (s *Server) redeem(ctx context.Context, x *exchange) error {
	err := s.store.InsertGrant(ctx, s.newGrant(x))
	switch {
	case errors.Is(err, storage.ErrSpent):
		if err := s.end(ctx, x, x.grant, event.GrantReused, "authorization code used twice"); err != nil {
			return err
		}
		return invalidGrant(codeWhat, "code was used before; its grant is revoked")
	case errors.Is(err, storage.ErrGone):
		return invalidGrant(codeWhat, "user, client, consent, membership or session is not live any more")
	case err != nil || !x.code.FirstParty:
		return err
	}
	return s.stillWanted(ctx, x)
}

// stillWanted asks the database, once the grant is there, whether the user took a first-party app's access away while its
// code was on the way. Other apps' codes fail on the consent that is gone. (Memory can be a second old; this is for good.)
func (s *Server) stillWanted(ctx context.Context, x *exchange) error {
	marks, err := s.store.RevocationsOf(ctx, []storage.Revocation{
		{Kind: storage.RevokedGrant, ID: storage.AccessKey(x.user, x.client.ID, x.org)},
		{Kind: storage.RevokedGrant, ID: storage.AccessKey(x.user, "", storage.ID{})}, // all apps
	})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(marks, func(m storage.Revocation) bool { return x.now.Before(m.ExpiresAt) }) {
		return nil
	}
	if err := s.end(ctx, x, x.grant, event.GrantRevoked, "access was removed while the code was on its way"); err != nil {
		return err
	}
	return invalidGrant(codeWhat, "the user removed the app's access meanwhile")
}

func (s *Server) newGrant(x *exchange) storage.Grant {
	g := storage.Grant{
		ID: x.grant, ClientID: x.client.ID, UserID: x.user, OrgID: x.org,
		ConsentID: x.code.Consent, SessionID: x.code.Session,
		Scopes: x.code.Scopes, Audience: x.code.Audience,
		ClientEpoch: x.appEpoch, UserEpoch: x.userEpoch, AuthTime: x.authTime,
		RotatedAt: x.now, CreatedAt: x.now,
		AccessTTL: x.client.AccessTTL,
		ExpiresAt: x.now.Add(x.client.AccessTTL),
	}
	if x.next != "" {
		g.TokenHash = x.hash[:]
		g.IdleTTL = x.client.RefreshIdle
		g.ExpiresAt = x.now.Add(x.client.RefreshTTL)
	}
	return g
}

// end revokes a grant with all its tokens, and writes down why, in one transaction. It survives the caller's going.
func (s *Server) end(ctx context.Context, x *exchange, id storage.ID, name, reason string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return s.store.Tx(ctx, func(tx *storage.Tx) error {
		g, err := tx.Grant(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.bound(ctx, tx, g.UserID, x.now); err != nil {
			return err
		}
		ended, err := tx.RevokeGrant(ctx, id, x.now, reason)
		if err != nil || !ended {
			return err
		}
		return event.Record(ctx, tx, x.now, x.call.actor("client", x.client.ID, x.client.Name), event.Entry{
			Name: name, OrgID: g.OrgID, Object: "grant", ObjectID: id.String(),
			After: map[string]any{"client": g.ClientID, "user": g.UserID.String(), "reason": reason},
		})
	})
}

func carrier(a *token.Access) mirror.Carrier {
	return mirror.Carrier{
		Token: a.ID, Grant: a.Grant, User: a.Subject, UserEpoch: a.UserEpoch, Client: a.Client, ClientEpoch: a.ClientEpoch,
	}
}

// maxRevokedGrants is how many grants of one user apps may revoke in a day before it costs the user a sign-in for each.
// Every node holds each in memory, and a loop of authorize, exchange and revoke would make hundreds a second.
const maxRevokedGrants = 1000

// bound signs a user out everywhere whose grants are revoked by the thousand: the next needs a password again.
func (s *Server) bound(ctx context.Context, tx *storage.Tx, user storage.ID, now time.Time) error {
	n, err := tx.RevokedSince(ctx, user, now.Add(-accessMax))
	if err != nil || n < maxRevokedGrants {
		return err
	}
	epoch, err := tx.BumpUserEpoch(ctx, user)
	if err != nil {
		return err
	}
	return tx.PutRevocation(ctx, storage.Revocation{
		Kind: storage.RevokedUser, ID: user, Epoch: epoch, ExpiresAt: now.Add(accessMax + margin),
	})
}
