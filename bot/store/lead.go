package store

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// unversioned is the version of a lead that was stored before leads had one.
const unversioned = Version("0")

// appendLead appends the stored form of a lead: "2 USER CREATEDMS VERSION EXPIRYMS\n", then
// the body. No expiry is 0.
func appendLead(dst []byte, l *Lead) []byte {
	dst = append(dst, "2 "...)
	dst = append(dst, l.User...)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, l.Created.UnixMilli(), 10)
	dst = append(dst, ' ')
	dst = append(dst, l.Version...)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, milli(l.Expiry), 10)
	dst = append(dst, '\n')
	return append(dst, l.Body...)
}

// parseLead reads what appendLead made, or its forerunner, "1 USER CREATEDMS\n"; of other
// bytes it keeps everything as the body, for a contact request is never passed over.
func parseLead(id string, raw []byte) *Lead {
	l := &Lead{ID: id, Version: damagedVersion(raw), Body: raw}
	nl := bytes.IndexByte(raw, '\n')
	if nl < 0 {
		return l
	}
	part := strings.Split(string(raw[:nl]), " ")
	switch {
	case len(part) == 3 && part[0] == "1":
		part = append(part, string(unversioned), "0")
	case len(part) == 5 && part[0] == "2":
	default:
		return l
	}
	created, err := strconv.ParseUint(part[2], 10, 62)
	expiry, err1 := strconv.ParseUint(part[4], 10, 62)
	if user, v := UserID(part[1]), Version(part[3]); err == nil && err1 == nil && user.valid() && v.valid() {
		l.User, l.Created, l.Version, l.Body = user, time.UnixMilli(int64(created)), v, raw[nl+1:]
		l.Expiry = fromMilli(int64(expiry))
	}
	return l
}

// appendDelivery appends the stored form of a delivery: "1 STATE CREATEDMS DUEMS\n", then
// the body.
func appendDelivery(dst []byte, d *Delivery) []byte {
	dst = append(dst, "1 "...)
	dst = append(dst, byte(d.State), ' ')
	dst = strconv.AppendInt(dst, d.Created.UnixMilli(), 10)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, d.Due.UnixMilli(), 10)
	dst = append(dst, '\n')
	return append(dst, d.Body...)
}

var errDelivery = errors.New("a delivery is not in the form of one")

func parseDelivery(user UserID, lead, id string, raw []byte) (Delivery, error) {
	d := Delivery{ID: id, Lead: lead, User: user}
	nl := bytes.IndexByte(raw, '\n')
	if nl < 0 {
		return d, errDelivery
	}
	part := strings.Split(string(raw[:nl]), " ")
	if len(part) != 4 || part[0] != "1" || len(part[1]) != 1 {
		return d, errDelivery
	}
	created, err := strconv.ParseUint(part[2], 10, 62)
	due, err1 := strconv.ParseUint(part[3], 10, 62)
	if d.State = DeliveryState(part[1][0]); err != nil || err1 != nil || !d.State.valid() {
		return d, errDelivery
	}
	d.Created, d.Due, d.Body = time.UnixMilli(int64(created)), time.UnixMilli(int64(due)), raw[nl+1:]
	return d, nil
}

func (s DeliveryState) valid() bool { return s == Open || s == Done || s == Failed }

// milli is a time that may be zero, which is 0.
func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMilli(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// check refuses a write that breaks the contract; see Commit.check.
func (w *LeadWrite) check() error {
	switch {
	case !validID(w.ID):
		return fmt.Errorf("a lead id is 1 to %d characters of printable ASCII", maxID)
	case !w.User.valid():
		return errUser
	case w.Created.UnixMilli() <= 0:
		return errors.New("the lead has no time")
	case !w.Version.valid():
		return errors.New("the lead has no version")
	case w.Version == w.Prev:
		return errors.New("the lead's version repeats")
	case milli(w.Expiry) < 0:
		return errors.New("the lead's expiry is too early")
	}
	for i := range w.Deliveries {
		d := &w.Deliveries[i]
		if err := d.check(); err != nil {
			return err
		}
		if d.Lead != w.ID || d.User != w.User {
			return errors.New("the delivery is of another lead")
		}
	}
	return nil
}

func (d *Delivery) check() error {
	switch {
	case !validID(d.ID) || !validID(d.Lead):
		return fmt.Errorf("a delivery's ids are 1 to %d characters of printable ASCII", maxID)
	case !d.User.valid():
		return errUser
	case d.Created.UnixMilli() <= 0 || d.Due.UnixMilli() <= 0:
		return errors.New("the delivery has no time")
	case !d.State.valid():
		return errors.New("the delivery has no state")
	}
	return nil
}

// check refuses to replace a delivery by another one.
func checkSettle(from, to *Delivery) error {
	if from.ID != to.ID || from.Lead != to.Lead || from.User != to.User || milli(from.Created) != milli(to.Created) {
		return errors.New("a delivery can't become another")
	}
	return errors.Join(from.check(), to.check())
}

func (n *Note) check() error {
	switch {
	case !validName(n.Name):
		return errName
	case !n.Version.valid():
		return errors.New("the note has no version")
	case milli(n.Expiry) < 0:
		return errors.New("the note's expiry is too early")
	}
	return nil
}

var errName = errors.New("a note's name is 1 to 64 of a-z, 0-9 and -")

func validName(s string) bool {
	ok := len(s) >= 1 && len(s) <= maxID
	for _, c := range []byte(s) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')
	}
	return ok
}

func validID(id string) bool { return id != "" && len(id) <= maxID && printable(id) }
