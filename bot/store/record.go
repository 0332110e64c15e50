package store

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	maxVersion = 64
	maxID      = 64 // of leads and deliveries

	// asideFor is how long Commit.Aside keeps bytes.
	asideFor = 30 * 24 * time.Hour
)

// appendRecord appends the stored form of r: the header line
//
//	1 FORMAT VERSION EXPIRYMS KNOWN\n
//
// (the 1 is the form of the header itself), then the body as it is. With a draft the
// third number is EXPIRYMS+DRAFTEXPIRYMS. Both stores hold these bytes and appendDraft's,
// and nothing else of a session.
func appendRecord(dst []byte, r *Record) []byte {
	dst = append(dst, "1 "...)
	dst = strconv.AppendInt(dst, int64(r.Format), 10)
	dst = append(dst, ' ')
	dst = append(dst, r.Version...)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, r.Expiry.UnixMilli(), 10)
	if r.Draft != nil {
		dst = append(dst, '+')
		dst = strconv.AppendInt(dst, r.DraftExpiry.UnixMilli(), 10)
	}
	dst = append(dst, ' ')
	dst = append(dst, r.Known...)
	dst = append(dst, '\n')
	return append(dst, r.Body...)
}

// appendDraft appends the stored form of r's draft: "VERSION\n", then the draft as it is.
func appendDraft(dst []byte, r *Record) []byte {
	dst = append(dst, r.Version...)
	dst = append(dst, '\n')
	return append(dst, r.Draft...)
}

// parseRecord reads what appendRecord and appendDraft made, whose bytes it shares.
// Whatever else raw is, it comes back as a damaged record. A draft that is gone, or is
// not this version's, is none.
func parseRecord(raw, draft []byte) *Record {
	r := parseHeader(raw)
	if r == nil {
		return &Record{Version: damagedVersion(raw), Body: raw, Damaged: true}
	}
	version, body, ok := bytes.Cut(draft, []byte("\n"))
	if ok && !r.DraftExpiry.IsZero() && Version(version) == r.Version {
		r.Draft = body
	} else {
		r.DraftExpiry = time.Time{}
	}
	return r
}

func parseHeader(raw []byte) *Record {
	nl := bytes.IndexByte(raw, '\n')
	if nl < 0 {
		return nil
	}
	rest, ok := strings.CutPrefix(string(raw[:nl]), "1 ")
	format, rest, ok1 := strings.Cut(rest, " ")
	version, rest, ok2 := strings.Cut(rest, " ")
	expiry, known, ok3 := strings.Cut(rest, " ")
	expiry, draft, drafted := strings.Cut(expiry, "+")
	if !ok || !ok1 || !ok2 || !ok3 || !Version(version).valid() || !Known(known).valid() {
		return nil
	}
	f, err := strconv.ParseUint(format, 10, 31)
	if err != nil {
		return nil
	}
	ms, err := strconv.ParseUint(expiry, 10, 62)
	if err != nil {
		return nil
	}
	r := &Record{Format: int(f), Version: Version(version), Known: Known(known),
		Expiry: time.UnixMilli(int64(ms)), Body: raw[nl+1:]}
	if drafted {
		draftMS, err := strconv.ParseUint(draft, 10, 62)
		if err != nil || draftMS == 0 || draftMS > ms {
			return nil
		}
		r.DraftExpiry = time.UnixMilli(int64(draftMS))
	}
	return r
}

// damagedVersion names bytes that have no version of their own. SHA-1 because a Redis
// script has no other hash; nobody gains anything by a collision here.
func damagedVersion(raw []byte) Version {
	sum := sha1.Sum(raw)
	return Version("!" + hex.EncodeToString(sum[:]))
}

func (u UserID) valid() bool {
	if len(u) != 32 {
		return false
	}
	for i := range len(u) {
		if c := u[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// partition is the number of the user's part of the keys.
func (u UserID) partition() int {
	if c := u[0]; c >= 'a' {
		return int(c-'a') + 10
	}
	return int(u[0] - '0')
}

func (v Version) valid() bool {
	return v != "" && len(v) <= maxVersion && v[0] != '!' && printable(string(v)) && !strings.Contains(string(v), ",")
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

var errUser = errors.New("a user id is 32 lower-case hex digits")

// check refuses a commit that breaks the contract, so that neither store meets one. The
// texts name the rule only, never a value.
func (c *Commit) check() error {
	switch next := c.Next; {
	case !c.User.valid():
		return errUser
	case len(c.Event) != eventIDLen || !printable(string(c.Event)) || strings.Contains(string(c.Event), ","):
		return fmt.Errorf("an event id is %d characters of base64url", eventIDLen)
	case next == nil:
	case next.Damaged:
		return errors.New("a damaged record can't be written")
	case next.Format < 0:
		return errors.New("the format is negative")
	case !next.Version.valid():
		return errors.New("the next version is not a version")
	case next.Version == c.Prev:
		return errors.New("the version repeats")
	case next.Expiry.UnixMilli() <= 0:
		return errors.New("the record has no expiry")
	case next.Draft == nil && !next.DraftExpiry.IsZero():
		return errors.New("the draft's expiry has no draft")
	case next.Draft != nil && next.DraftExpiry.UnixMilli() <= 0:
		return errors.New("the draft has no expiry")
	case next.Draft != nil && next.DraftExpiry.UnixMilli() > next.Expiry.UnixMilli():
		return errors.New("the draft outlives its record")
	case !next.Known.valid() || !next.Known.Has(c.Event):
		return errors.New("the record doesn't know its own event")
	}
	for i := range c.Leads {
		l := &c.Leads[i]
		if err := l.check(); err != nil {
			return err
		}
		if l.User != c.User {
			return errors.New("the lead is of another user")
		}
	}
	return nil
}
