package app

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"hogushi/bot/line"
	"hogushi/config"
)

// quiet knows whether what the bot doesn't understand is left to staff, who chat with
// patients in the same account: by the settings, or as LINE says the account is set.
type quiet struct {
	unknown string // config.Settings.Unknown
	on      atomic.Bool
}

const (
	askEvery = time.Hour
	askAgain = time.Minute // after a failure
)

// chatOn is LINE's word for an account in which staff can chat. LINE: R#get-bot-info.
const chatOn = "chat"

func newQuiet(unknown string) *quiet {
	q := &quiet{unknown: unknown}
	q.on.Store(unknown == config.UnknownQuiet)
	return q
}

// ask asks LINE once.
func (q *quiet) ask(ctx context.Context, client *line.Client) error {
	info, err := client.BotInfo(ctx)
	if err == nil {
		q.on.Store(info.ChatMode == chatOn)
	}
	return err
}

// follow asks LINE again and again until life ends.
func (q *quiet) follow(life context.Context, all *sync.WaitGroup, client *line.Client, failed func(error)) {
	if q.unknown != config.UnknownAuto {
		return
	}
	all.Go(func() {
		for {
			pause := askEvery
			if err := q.ask(life, client); err != nil && life.Err() == nil {
				pause = askAgain
				failed(err)
			}
			select {
			case <-life.Done():
				return
			case <-time.After(pause):
			}
		}
	})
}
