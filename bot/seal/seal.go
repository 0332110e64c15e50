// Package seal owns the data key: it seals what patients give, names them by keyed
// hashes, and makes, reads and rotates the text form of the key. It is the only importer
// of Tink. It reads no environment and no file, and no error of it holds key material or
// what was sealed.
package seal

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrOpen says that bytes were not sealed with one of the keys for these associated
// data, or were changed since. It doesn't say which, for that can't be known.
var ErrOpen = errors.New("open sealed data: wrong key, changed bytes, or sealed for another place")

// AD says what sealed bytes are and where they belong: they open with the same AD only,
// so nobody can put one patient's record in another's place, nor an old one in a new
// one's.
type AD struct {
	Kind    string // "session", "lead", …
	Channel string
	ID      string // the logical id, never a storage key
	Version string // "" for what is written once
}

// Keys is a data key ready for use, from many goroutines at once.
type Keys struct {
	aead        tink.AEAD
	prf         prf.PRF
	fingerprint string
}

// Seal appends the sealed form of plain to dst: AES-256-GCM with a random nonce, 33
// bytes longer than plain (Tink's prefix of 5 that names the key, nonce 12, tag 16).
func (k *Keys) Seal(dst, plain []byte, ad AD) ([]byte, error) {
	sealed, err := k.aead.Encrypt(plain, ad.bytes())
	if err != nil {
		return nil, fmt.Errorf("seal data: %w", err)
	}
	if dst == nil {
		return sealed, nil
	}
	return append(dst, sealed...), nil
}

// Open returns what was sealed for ad, with the present key or one that was rotated out.
// The only error is ErrOpen.
func (k *Keys) Open(sealed []byte, ad AD) ([]byte, error) {
	plain, err := k.aead.Decrypt(sealed, ad.bytes())
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// Hash names a value for ever without telling it: 32 lower-case hex digits of an
// HMAC-SHA-256 of kind ("user", …) and value. Rotation doesn't change it.
func (k *Keys) Hash(kind, value string) string {
	var room [160]byte
	return k.sum(appendString(appendString(room[:0], kind), value))
}

// Fingerprint names the data key without telling it. Rotation doesn't change it.
func (k *Keys) Fingerprint() string { return k.fingerprint }

const hashBytes = 16

func (k *Keys) sum(input []byte) string {
	out, err := k.prf.ComputePRF(input, hashBytes)
	if err != nil {
		panic(err) // only for a length that the key can't give; Parse has computed one
	}
	return hex.EncodeToString(out)
}

// bytes puts a length before each part, so that no two ADs have the same form.
func (ad AD) bytes() []byte {
	b := make([]byte, 0, 8+len(ad.Kind)+len(ad.Channel)+len(ad.ID)+len(ad.Version))
	b = appendString(b, ad.Kind)
	b = appendString(b, ad.Channel)
	b = appendString(b, ad.ID)
	return appendString(b, ad.Version)
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// newKeys makes the primitives once; making them costs more than using them.
func newKeys(p *pair) (*Keys, error) {
	a, err := aead.New(p.aead)
	if err != nil {
		return nil, errors.New("its aead part holds no usable AEAD key")
	}
	set, err := prf.NewPRFSet(p.prf)
	if err != nil {
		return nil, errors.New("its prf part holds no usable PRF key")
	}
	k := &Keys{aead: a, prf: set.PRFs[set.PrimaryID]}
	if k.prf == nil {
		return nil, errors.New("its prf part has no primary key")
	}
	// One part, where Hash has two: no Hash can be the same.
	input := appendString(nil, "fingerprint")
	if _, err := k.prf.ComputePRF(input, hashBytes); err != nil {
		return nil, errors.New("its prf part gives hashes that are too short")
	}
	k.fingerprint = k.sum(input)
	return k, nil
}
