package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
)

// pair is the data key: AEAD keys, of which the primary seals and all open, and the PRF
// key, which is never changed, for everything stored is found by it.
type pair struct{ aead, prf *keyset.Handle }

// text is the form of a data key inside its base64; each part is a keyset in Tink's JSON.
type text struct {
	AEAD json.RawMessage `json:"aead"`
	PRF  json.RawMessage `json:"prf"`
}

// New makes a data key in its text form: one line of base64. It is a secret.
func New() (string, error) {
	a, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", fmt.Errorf("make aead key: %w", err)
	}
	p, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return "", fmt.Errorf("make prf key: %w", err)
	}
	return (&pair{a, p}).format()
}

// Parse reads the text form; white space around it is ignored. The error tells what is
// wrong and what to do.
func Parse(text string) (*Keys, error) {
	p, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("parse data key: %w", err)
	}
	k, err := newKeys(p)
	if err != nil {
		return nil, fmt.Errorf("parse data key: %w", err)
	}
	return k, nil
}

// Rotate returns the text form with a new AEAD key that seals from now on; what was
// sealed before still opens. Hashes and the fingerprint stay. A replica that still runs
// with the old text can't open what is sealed with the new one.
func Rotate(text string) (string, error) {
	if _, err := Parse(text); err != nil {
		return "", err
	}
	p, err := parse(text)
	if err != nil {
		return "", fmt.Errorf("parse data key: %w", err)
	}
	m := keyset.NewManagerFromHandle(p.aead)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", fmt.Errorf("add aead key: %w", err)
	}
	if err := m.SetPrimary(id); err != nil {
		return "", fmt.Errorf("set primary key: %w", err)
	}
	if p.aead, err = m.Handle(); err != nil {
		return "", fmt.Errorf("make keyset: %w", err)
	}
	return p.format()
}

func (p *pair) format() (string, error) {
	var t text
	for _, part := range []struct {
		to     *json.RawMessage
		handle *keyset.Handle
	}{{&t.AEAD, p.aead}, {&t.PRF, p.prf}} {
		var buf bytes.Buffer
		if err := insecurecleartextkeyset.Write(part.handle, keyset.NewJSONWriter(&buf)); err != nil {
			return "", errors.New("write keyset") // Tink's own words might hold a part of it
		}
		*part.to = buf.Bytes()
	}
	out, err := json.Marshal(t) // compacts the parts, too
	if err != nil {
		return "", errors.New("write data key")
	}
	return base64.StdEncoding.EncodeToString(out), nil
}

const again = "copy it again, whole and on one line"

// parse repeats nothing of its input, so it wraps no error of the decoders: theirs do.
func parse(s string) (*pair, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, errors.New("it is empty: make one with `hogushi keys new`")
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	if at, ok := errors.AsType[base64.CorruptInputError](err); ok {
		if len(s)%4 != 0 && int(at) >= len(s)-4 {
			return nil, fmt.Errorf("its end is missing (%d characters are left): %s", len(s), again)
		}
		return nil, fmt.Errorf("character %d of %d isn't base64: %s", int(at)+1, len(s), again)
	} else if err != nil {
		return nil, fmt.Errorf("it isn't base64: %s", again)
	}
	var t text
	if err := json.Unmarshal(raw, &t); err != nil {
		if raw[0] == '{' && raw[len(raw)-1] != '}' {
			return nil, fmt.Errorf("its end is missing (%d characters are left): %s", len(s), again)
		}
		return nil, fmt.Errorf("it is base64, but not of a data key: %s, or make one with `hogushi keys new`", again)
	}
	var p pair
	for _, part := range []struct {
		name string
		text json.RawMessage
		to   **keyset.Handle
	}{{"aead", t.AEAD, &p.aead}, {"prf", t.PRF, &p.prf}} {
		if len(part.text) == 0 || string(part.text) == "null" {
			return nil, fmt.Errorf("its %s part is missing: %s", part.name, again)
		}
		*part.to, err = insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(part.text)))
		if err != nil {
			return nil, fmt.Errorf("its %s part isn't a keyset of Tink: %s", part.name, again)
		}
	}
	return &p, nil
}
