package password_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"postern/authz/password"
)

// Hashes that other programs made.
const (
	argonReference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc" // "password"
	bcryptOpenwall = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"                           // "U*U"
	pbkdf2PHC      = "$pbkdf2-sha256$i=5000$MDEyMzQ1Njc4OWFiY2RlZg$EoApErBVWjTPstY/szoDOtvrmvkMQ7MG9GqIEWlgV+I"
	pbkdf2Passlib  = "$pbkdf2-sha512$5000$MDEyMzQ1Njc4OWFiY2RlZg$WKFoD/zBj1DaMjiry.T1pLUuQavMksVoklC5GYhA9FesQC0Geh8qALTJGwNQHBnPXewLp0WrTlZDyP.t7t6aBQ"
	pbkdf2Django   = "pbkdf2_sha256$5000$saltsaltsalt$V5XCVgGJCCqivYjc18+ckT+R9B9woz2OrLcP/4CQyu0="
)

func hash(t *testing.T, h *password.Hasher, text string) string {
	t.Helper()
	made, err := h.Hash(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestVerify(t *testing.T) {
	t.Parallel()
	h := password.New()
	ours := hash(t, h, "correct horse")
	nul := hash(t, h, "correct\x00horse")
	for _, row := range []struct {
		name, hash, password string
		ok, upgrade          bool
	}{
		{"the password of our own hash", ours, "correct horse", true, false},
		{"LG-01 another password", ours, "wrong horse", false, false},
		{"LG-01 an empty one", ours, "", false, false},
		{"LG-02 a NUL byte and a suffix", ours, "correct horse\x00x", false, false},
		{"LG-02 a NUL byte is part of a password", nul, "correct\x00horse", true, false},
		{"LG-02 and nothing ends at it", nul, "correct", false, false},
		{"LG-04 SQL", ours, "' or 1=1 --", false, false},
		{"LG-05 cut by one character", ours, "correct hors", false, false},
		{"LG-05 in other letter case", ours, "Correct horse", false, false},
		{"LG-05 with a blank behind it", ours, "correct horse ", false, false},
		{"argon2id of the reference implementation, then ours", argonReference, "password", true, true},
		{"and not for others", argonReference, "passwort", false, false},
		{"bcrypt of crypt_blowfish, then ours", bcryptOpenwall, "U*U", true, true},
		{"LG-05 bcrypt, extended", bcryptOpenwall, "U*U*", false, false},
		{"LG-02 bcrypt repeats what it is given", bcryptOpenwall, "U*U\x00U*U", false, false},
		{"PBKDF2 with SHA-256, as PHC writes it", pbkdf2PHC, "correct horse", true, true},
		{"PBKDF2 with SHA-512, as passlib writes it", pbkdf2Passlib, "correct horse", true, true},
		{"PBKDF2 as Django writes it", pbkdf2Django, "correct horse", true, true},
		{"PBKDF2, another password", pbkdf2Django, "correct horsf", false, false},
		{"a user without a password", "", "correct horse", false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			ok, upgrade, err := h.Verify(t.Context(), row.hash, row.password)
			if err != nil || ok != row.ok || upgrade != row.upgrade {
				t.Errorf("got %v, %v, %v", ok, upgrade, err)
			}
		})
	}
}

func TestTheSameTextIsTheSamePassword(t *testing.T) {
	t.Parallel()
	h := password.New()
	composed, decomposed := "crème brûlée", "cre\u0300me bru\u0302le\u0301e"
	if ok, _, err := h.Verify(t.Context(), hash(t, h, composed), decomposed); !ok || err != nil {
		t.Errorf("NIST SP 800-63B 3.1.1.2 normalisation: %v, %v", ok, err)
	}
	elsewhere, err := bcrypt.GenerateFromPassword([]byte(decomposed), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, err := h.Verify(t.Context(), string(elsewhere), decomposed); !ok || err != nil {
		t.Errorf("a hash made elsewhere of the bytes as typed: %v, %v", ok, err)
	}
}

func TestLG05BcryptDoesNotVerifyWhatItWouldCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 72)
	made, err := bcrypt.GenerateFromPassword([]byte(long), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	h := password.New()
	for text, want := range map[string]bool{long: true, long + "b": false} {
		if ok, _, err := h.Verify(t.Context(), string(made), text); ok != want || err != nil {
			t.Errorf("%d bytes: %v, %v", len(text), ok, err)
		}
	}
}

func TestLG06LongPasswordsAreRefusedBeforeHashing(t *testing.T) {
	t.Parallel()
	h := password.New()
	huge := strings.Repeat("x", 1<<20)
	ended, cancel := context.WithCancel(t.Context())
	cancel() // whoever would compute has to wait, and could not
	if _, _, err := h.Verify(ended, argonReference, huge); !errors.Is(err, password.ErrTooLong) {
		t.Errorf("Verify: %v", err)
	}
	if _, err := h.Hash(ended, huge); !errors.Is(err, password.ErrTooLong) {
		t.Errorf("Hash: %v", err)
	}
	if err := h.VerifyNone(ended, huge); !errors.Is(err, password.ErrTooLong) {
		t.Errorf("VerifyNone: %v", err)
	}
	most := strings.Repeat("x", password.MaxLen)
	if ok, _, err := h.Verify(t.Context(), hash(t, h, most), most); !ok || err != nil {
		t.Errorf("1,024 bytes: %v, %v", ok, err)
	}
}

func TestHashesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"plain text":                     "hunter2",
		"nothing":                        "$",
		"MD5":                            "$1$abcdefgh$aaaaaaaaaaaaaaaaaaaaaa",
		"argon2i":                        strings.Replace(argonReference, "argon2id", "argon2i", 1),
		"an older argon2":                strings.Replace(argonReference, "v=19", "v=16", 1),
		"argon2id of 4 GiB":              strings.Replace(argonReference, "m=65536", "m=4194304", 1),
		"argon2id of a thousand passes":  strings.Replace(argonReference, "t=2", "t=1000", 1),
		"argon2id of no pass":            strings.Replace(argonReference, "t=2", "t=0", 1),
		"argon2id of 255 threads":        strings.Replace(argonReference, "p=1", "p=255", 1),
		"argon2id with an empty key":     argonReference[:strings.LastIndex(argonReference, "$")+1],
		"argon2id with a negative cost":  strings.Replace(argonReference, "t=2", "t=-2", 1),
		"bcrypt of cost 31":              strings.Replace(bcryptOpenwall, "$05$", "$31$", 1),
		"bcrypt, cut":                    bcryptOpenwall[:59],
		"PBKDF2 of 900 million rounds":   strings.Replace(pbkdf2PHC, "i=5000", "i=900000000", 1),
		"PBKDF2 of one round":            strings.Replace(pbkdf2PHC, "i=5000", "i=1", 1),
		"PBKDF2 of more than int64":      strings.Replace(pbkdf2PHC, "i=5000", "i=99999999999999999999", 1),
		"PBKDF2 with SHA-1":              strings.Replace(pbkdf2PHC, "sha256", "sha1", 1),
		"a hash of a megabyte":           pbkdf2PHC + strings.Repeat("A", 1<<20),
		"PBKDF2 with a key beyond a sum": pbkdf2PHC + pbkdf2PHC[len(pbkdf2PHC)-40:],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := password.ValidHash(text); !errors.Is(err, password.ErrHash) {
				t.Errorf("taken: %v", err)
			}
			if ok, _, err := password.New().Verify(t.Context(), text, "x"); ok || !errors.Is(err, password.ErrHash) {
				t.Errorf("verified: %v, %v", ok, err)
			}
		})
	}
}

func TestAFloodWaitsAndWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	h := password.New()
	if n := h.Occupy(); n < 1 || n > min(4, runtime.GOMAXPROCS(0)) {
		t.Errorf("%d at a time", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := h.Verify(ctx, bcryptOpenwall, "U*U"); !errors.Is(err, password.ErrBusy) || !errors.Is(err, context.Canceled) {
		t.Errorf("Verify: %v", err)
	}
	if err := h.VerifyNone(ctx, "U*U"); !errors.Is(err, password.ErrBusy) {
		t.Errorf("VerifyNone: %v", err)
	}
	if _, err := h.Hash(ctx, "U*U"); !errors.Is(err, password.ErrBusy) {
		t.Errorf("Hash: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	for _, seed := range []string{argonReference, bcryptOpenwall, pbkdf2PHC, pbkdf2Passlib, pbkdf2Django, "$argon2id$$$$", "$2a$"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if err := password.ValidHash(text); err != nil && (!errors.Is(err, password.ErrHash) || len(err.Error()) > 100) {
			t.Errorf("%q: %v", text, err)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	h := password.New()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Hash(b.Context(), "correct horse"); err != nil {
			b.Fatal(err)
		}
	}
}
