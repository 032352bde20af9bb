package storagetest

import (
	"testing"
)

// Run is the contract that an engine passes. database makes an empty, migrated database that lasts as long as the test.
func Run(t *testing.T, database func(testing.TB) string) {
	for _, c := range contract {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, database(t))
		})
	}
}

// contract lists what an engine promises. Each test gets a database of its own.
var contract = []struct {
	name string
	test func(t *testing.T, url string)
}{
	{"organizations come back as written, by slug, page after page", organizations},
	{"users come back as written, and an address is taken once", users},
	{"memberships carry the names of their organizations", memberships},
	{"clients change only from the version that is stored", clients},
	{"clients are listed by name, page after page, and filtered", clientLists},
	{"client secrets and logos go with their client", secretsAndLogos},
	{"scopes come by group, then name", scopes},
	{"sessions are found by their token, with the user as it is now", sessions},
	{"a consent is one row for each user, client and organization", consents},
	{"keys of one use and ordinal exist once, and expired ones are not listed", keys},
	{"a setting that is there is kept", settings},
	{"events come newest first, page after page, and filtered", events},
	{"a revocation keeps the later expiry and the greater epoch", revocations},
	{"TE-23: a text that no row can hold is not found", impossibleTexts},
	{"TE-23: a list after a forged cursor begins at its start or is empty", forgedCursors},
	{"what belongs to the rows of a list is looked up at once", lookups},
	{"an organization's members and clients are counted", organizationSizes},
	{"what apps can do for a user is one row for each app and organization", accessOfUsers},
	{"a transaction that fails leaves nothing", rollback},
	{"a closed store does not answer", closedStore},
	{"what a row stands on must be there", orphans},

	{"a grant comes back as written", grantComesBack},
	{"CO-22, RFC 6749 4.1.2: of 100 who redeem one code at once, one gets a grant", redeemOnce},
	{"no grant outlives the consent that it stands on, also when both are decided at once", consentOrGrant},
	{"RT-11, RFC 9700 4.14.2: of 100 who refresh one generation at once, one succeeds", rotateOnce},
	{"different grants are refreshed at once without getting in each other's way", rotateMany},
	{"a grant is not inserted when what it stands on is not live", insertDead},
	{"a grant is not refreshed when what it stands on is not live", rotateDead},
	{"unrotated refreshes change nothing but, in time, the last use", keep},
	{"a revoked grant is announced once", revokeGrants},

	{"counts add up", counts},
	{"of failures the last 20 are kept", failures},
	{"last uses are noted", seen},

	{"a change is seen by another store within a second", feedDelivers},
	{"a change by this store is seen when its transaction returns", feedOwn},
	{"changes during a snapshot come after it", feedSnapshot},
	{"a rolled back change is not announced", feedRollback},

	{"clean removes what is over and nothing before its time", cleanBounds},
	{"clean ends the oldest grants beyond the limit", cleanExcess},
	{"sign-ins leave a bounded number of rows, also when two nodes clean at once", cleanBounded},
	{"clean keeps the 100 last seen sessions of a user", cleanSessions},

	{"a backup while others write is consistent, and restores into the other engine", backup},
	{"a backup restores into nothing but an empty database", restoreRefuses},
	{"a newer schema is refused, and one that is behind too", schemaVersions},
}
