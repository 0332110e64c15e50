package handoff

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"hogushi/bot/sink"
	"hogushi/bot/store"
)

// Times of watching.
const (
	watchEvery  = 15 * time.Second
	sweepEvery  = time.Minute
	lateAfter   = 10 * time.Minute // a lead that isn't delivered by then alarms
	alarmEvery  = time.Hour        // and again, if there is more; what is the same, once a day
	alarmAgain  = 24 * time.Hour
	watchAtMost = 1000
	alarmNote   = "alarm"
)

// watch counts what is undelivered, alarms, and sweeps expired leads.
func (h *Handoff) watch() {
	timer := time.NewTicker(watchEvery)
	defer timer.Stop()
	var swept time.Time
	for {
		h.look(time.Now())
		if time.Since(swept) >= sweepEvery {
			swept = time.Now()
			h.with(func(ctx context.Context) error { return h.Store.Sweep(ctx) }, "sweep leads")
		}
		select {
		case <-h.quit:
			return
		case <-timer.C:
		}
	}
}

// with runs something on the store, and logs what went wrong unless the store is away: turns
// say that.
func (h *Handoff) with(do func(context.Context) error, what string) {
	ctx, cancel := context.WithTimeout(h.life, storeBy)
	defer cancel()
	if err := do(ctx); err != nil && !errors.Is(err, store.ErrUnavailable) {
		h.Log.Error(what, "err", err)
	}
}

// look counts what is undelivered at a time, and alarms when it has been so for too long.
func (h *Handoff) look(now time.Time) {
	h.with(func(ctx context.Context) error {
		list, err := h.Store.Undelivered(ctx, watchAtMost)
		if err != nil {
			return err
		}
		var late []store.Delivery
		open, failed := 0, 0
		var oldest time.Duration
		for _, d := range list {
			if d.State == store.Failed {
				failed++
			} else {
				open++
			}
			age := now.Sub(d.Created)
			oldest = max(oldest, age)
			if age >= lateAfter || d.State == store.Failed {
				late = append(late, d)
			}
		}
		h.Metrics.undelivered(open, failed, oldest)
		if len(late) == 0 {
			return nil
		}
		return h.alarm(ctx, late, now)
	}, "look for undelivered leads")
}

// alarmed is what the operator was last told of, shared by all replicas.
type alarmed struct {
	At   int64    `json:"at"` // ms
	Late []string `json:"late"`
}

// alarm tells the operator: of what is new, at most once an hour, and of the same once a day.
func (h *Handoff) alarm(ctx context.Context, late []store.Delivery, now time.Time) error {
	told := alarmed{At: now.UnixMilli()}
	for _, d := range late {
		told.Late = append(told.Late, d.ID)
	}
	slices.Sort(told.Late)
	last, err := h.Store.Note(ctx, alarmNote)
	if err != nil {
		return err
	}
	prev := store.Version("")
	if last != nil {
		prev = last.Version
		var before alarmed
		if err := h.OpenNote(*last, &before); err == nil {
			since := now.Sub(time.UnixMilli(before.At))
			more := slices.ContainsFunc(told.Late, func(id string) bool { return !slices.Contains(before.Late, id) })
			if since < alarmEvery || !more && since < alarmAgain {
				return nil
			}
		}
	}
	note, err := h.SealNote(alarmNote, store.Version(fmt.Sprintf("%d-%08x", now.UnixMilli(), rand.Uint32())), now.Add(2*alarmAgain), told)
	if err != nil {
		return err
	}
	if first, err := h.Store.SetNote(ctx, note, prev); err != nil || !first {
		return err
	}
	why := map[string]int{}
	for _, d := range late {
		s, err := h.Status(d)
		switch {
		case err != nil:
			s.Sink, s.Trouble = "?", "it can't be read"
		case s.Trouble == "":
			s.Trouble = "not tried yet"
		}
		why[s.Sink+": "+s.Trouble]++
	}
	var lines []string
	for reason, n := range why {
		lines = append(lines, fmt.Sprintf("%d × %s", n, reason))
	}
	oldest := now.Sub(late[0].Created).Round(time.Minute)
	h.Metrics.alarm()
	h.Log.Error("leads are undelivered", "deliveries", len(late), "oldest", oldest.String(), "why", strings.Join(lines, "; "),
		"hint", "hogushi leads list --undelivered; after mending: hogushi leads retry")
	if h.Mail == nil {
		return nil
	}
	text := fmt.Sprintf(`ご連絡の希望のうち、クリニックに届けられていないものがあります。

届けられていない数：%d
いちばん古いもの：%s前

%s

患者さんへのご連絡が遅れます。至急お確かめください。
・一覧：hogushi leads list --undelivered
・直したあとに、もう一度送る：hogushi leads retry
・受け付けた内容は失われていません：hogushi leads list
`, len(late), age(oldest), strings.Join(lines, "\n"))
	for _, to := range h.AlertTo {
		h.all.Go(func() {
			err := h.Mail.Send(h.life, sink.Letter{ID: "alarm-" + string(note.Version), To: to, At: now,
				Subject: "【至急】届いていないご連絡の希望があります", Text: text})
			if err != nil {
				h.Log.Error("send alarm", "err", err)
			}
		})
	}
	return nil
}

// age is a span for people.
func age(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d日", int(d.Hours()/24))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d時間", int(d.Hours()))
	}
	return fmt.Sprintf("%d分", int(d.Minutes()))
}
