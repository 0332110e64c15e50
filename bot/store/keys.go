package store

import (
	"strconv"
	"strings"
)

// keys makes the names of everything in Redis. The braces are a hash tag: all keys of
// one partition are in one slot of a cluster, so that a script may touch them together.
type keys struct {
	channel string
	parts   [Partitions]string // hogushi:{CHANNEL:P}:
}

func newKeys(channel string) *keys {
	k := &keys{channel: channel}
	for p := range k.parts {
		k.parts[p] = "hogushi:{" + channel + ":" + strconv.FormatInt(int64(p), 16) + "}:"
	}
	return k
}

// meta: a string, see type meta.
func (k *keys) meta() string { return "hogushi:{" + k.channel + "}:meta" }

// session: a string, see appendRecord.
func (k *keys) session(u UserID) string { return k.parts[u.partition()] + "session:" + string(u) }

// sessions is the pattern of all sessions' keys; sessionOf is the user of such a key.
func (k *keys) sessions() string { return "hogushi:{" + k.channel + ":?}:session:*" }

func sessionOf(key string) UserID { return UserID(key[strings.LastIndexByte(key, ':')+1:]) }

// draft: a string, see appendDraft.
func (k *keys) draft(u UserID) string { return k.parts[u.partition()] + "draft:" + string(u) }

// aside: a string, the bytes of a session that could not be used.
func (k *keys) aside(u UserID) string { return k.parts[u.partition()] + "aside:" + string(u) }

// lead: a string, see appendLead.
func (k *keys) lead(p int, id string) string { return k.parts[p] + "lead:" + id }

// deliveries: a hash of a lead's deliveries by id, see appendDelivery.
func (k *keys) deliveries(p int, lead string) string { return k.parts[p] + "deliveries:" + lead }

// leads: a sorted set of lead ids by their creation in Unix milliseconds.
func (k *keys) leads(p int) string { return k.parts[p] + "leads" }

// of: a sorted set of the user's lead ids, like leads.
func (k *keys) of(u UserID) string { return k.parts[u.partition()] + "of:" + string(u) }

// expiring: a sorted set of "USER LEAD" by the lead's expiry.
func (k *keys) expiring(p int) string { return k.parts[p] + "expiring" }

// due: a sorted set of "USER LEAD DELIVERY" of open deliveries, by when they are due.
func (k *keys) due(p int) string { return k.parts[p] + "due" }

// undelivered: the same of open and failed deliveries, by their creation.
func (k *keys) undelivered(p int) string { return k.parts[p] + "undelivered" }

// note: a hash of version and body.
func (k *keys) note(name string) string { return "hogushi:{" + k.channel + "}:note:" + name }
