package seal

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

// changed returns testKey with its JSON changed.
func changed(t *testing.T, change func(*text)) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(testKey)
	if err != nil {
		t.Fatal(err)
	}
	var k text
	if err := json.Unmarshal(raw, &k); err != nil {
		t.Fatal(err)
	}
	change(&k)
	out, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(out)
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	encode := base64.StdEncoding.EncodeToString
	for name, c := range map[string]struct{ text, want string }{
		"empty":         {" \n", "hogushi keys new"},
		"not base64":    {"my secret key", "character 3 of 13 isn't base64"},
		"url base64":    {testKey[:40] + "_" + testKey[41:], "character 41 of"},
		"cut":           {testKey[:len(testKey)/8*4], "its end is missing"},
		"cut unevenly":  {testKey[:len(testKey)/8*4+2], "its end is missing"},
		"twice":         {testKey + testKey, "isn't base64"},
		"other":         {encode([]byte("some other secret")), "not of a data key"},
		"other json":    {encode([]byte(`["SECRET"]`)), "not of a data key"},
		"empty json":    {encode([]byte(`{}`)), "its aead part is missing"},
		"no aead":       {changed(t, func(k *text) { k.AEAD = nil }), "its aead part is missing"},
		"no prf":        {changed(t, func(k *text) { k.PRF = nil }), "its prf part is missing"},
		"aead is text":  {changed(t, func(k *text) { k.AEAD = []byte(`"SECRET"`) }), "its aead part isn't a keyset"},
		"prf is empty":  {changed(t, func(k *text) { k.PRF = []byte(`{}`) }), "its prf part"},
		"swapped":       {changed(t, func(k *text) { k.AEAD, k.PRF = k.PRF, k.AEAD }), "its aead part holds no usable"},
		"aead twice":    {changed(t, func(k *text) { k.PRF = k.AEAD }), "its prf part holds no usable"},
		"disabled":      {changed(t, func(k *text) { k.PRF = []byte(strings.Replace(string(k.PRF), "ENABLED", "DISABLED", 1)) }), "its prf part"},
		"unknown field": {changed(t, func(k *text) { k.AEAD = []byte(`{"SECRET":1}`) }), "its aead part isn't a keyset"},
	} {
		_, err := Parse(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "parse data key: ") {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
		if err != nil && leaks(err.Error(), c.text) {
			t.Errorf("%s: the error repeats its input: %v", name, err)
		}
	}
}

// leaks says whether eight characters in a row of the key, or the word SECRET, stand in
// the text.
func leaks(message, key string) bool {
	for i := 0; i+8 <= len(key); i++ {
		if strings.Contains(message, key[i:i+8]) {
			return true
		}
	}
	return strings.Contains(message, "SECRET")
}

func TestNew(t *testing.T) {
	t.Parallel()
	a, ka := mustNew(t)
	b, kb := mustNew(t)
	if a == b || ka.Fingerprint() == kb.Fingerprint() {
		t.Error("two new keys are the same")
	}
	if strings.ContainsAny(a, " \n\t") {
		t.Errorf("the text form has white space in it")
	}
	again, err := parse(a)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.format(); err != nil || mustParse(t, got).Fingerprint() != ka.Fingerprint() {
		t.Errorf("read and written again it is another key: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(testKey)
	f.Add("")
	f.Add(testKey[:100])
	raw, err := base64.StdEncoding.DecodeString(testKey)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(raw))
	f.Fuzz(func(t *testing.T, s string) {
		for _, text := range []string{s, base64.StdEncoding.EncodeToString([]byte(s))} {
			k, err := Parse(text)
			if (k == nil) == (err == nil) {
				t.Fatalf("got %v and %v", k, err)
			}
			if err != nil {
				continue
			}
			sealed, err := k.Seal(nil, []byte("text"), place)
			if err != nil {
				continue // a key of the right form may still be of no use
			}
			if got, err := k.Open(sealed, place); err != nil || string(got) != "text" {
				t.Fatalf("got %q, %v", got, err)
			}
			k.Hash("user", "U1")
		}
	})
}
