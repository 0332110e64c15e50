package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/desk"
	"hogushi/bot/handoff"
	"hogushi/config"
)

// staff binds the chats of the staff's: where leads are told, and whose buttons count.
func (c *command) staff(ctx context.Context, args []string) error {
	f := flags("staff", "staff link | staff list | staff unlink ID")
	do, most := "", 0
	if len(args) > 0 {
		do = args[0]
	}
	switch {
	case asksHelp(do):
		return c.parse(f, []string{"-h"}, 0, 0)
	case do == "unlink":
		most = 1
	case do != "link" && do != "list":
		return c.misused(f)
	}
	if err := c.parse(f, args[1:], most, most); err != nil {
		return err
	}
	l, err := c.openLeads(ctx)
	if err != nil {
		return err
	}
	defer l.store.Close()
	book := app.Book(l.keys, l.settings)
	if env := config.FromEnvironment(c.Getenv); len(env.LineTo) > 0 {
		fmt.Fprintln(c.Stderr, "HANDOFF_LINE_TO is set: it decides, and linked chats don't count")
	}
	switch do {
	case "link":
		code, err := desk.NewLink(ctx, book, l.store, time.Now())
		if err != nil {
			return err
		}
		code = strings.ToUpper(code[:4] + "-" + code[4:])
		fmt.Fprintf(c.Stdout, `職員登録 %s

職員のLINEグループ（または、知らせを受ける人とボットのトーク）で、上の一行をそのまま送ってください。
・%d分のあいだ、1回だけ使えます。
・グループで使うには、公式アカウントをグループに招待しておきます（LINE公式アカウントの設定で「グループトークへの参加」を許可）。
・患者さんのお名前やご連絡先が届きます。職員だけのグループで使ってください。
`, code, int(desk.LinkFor.Minutes()))
		return nil
	case "list":
		chats, _, err := book.Chats(ctx, l.store)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, chat := range chats {
			rows = append(rows, []string{chat.ID, chat.Linked.In(tokyo).Format("2006-01-02 15:04")})
		}
		if c.table(rows); len(rows) == 0 {
			fmt.Fprintln(c.Stderr, "no chat is linked; `hogushi staff link` makes a code")
		}
		return nil
	}
	found := false
	err = book.ChangeChats(ctx, l.store, func(chats []handoff.Chat) []handoff.Chat {
		return slices.DeleteFunc(chats, func(chat handoff.Chat) bool {
			found = found || chat.ID == f.Arg(0)
			return chat.ID == f.Arg(0)
		})
	})
	if err == nil && !found {
		fmt.Fprintf(c.Stderr, "hogushi staff: no chat %s is linked\n", f.Arg(0))
		return errFound
	}
	return err
}
