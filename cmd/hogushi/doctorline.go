package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"hogushi/bot/line"
	"hogushi/bot/store"
)

// account asks LINE about the token, the webhook, the clock, the chat and the quota.
func (d *doctor) account(ctx context.Context) {
	var err error
	if d.client, err = line.NewClient(line.Config{Token: d.env.Token, BaseURL: d.env.APIBase}); err != nil {
		d.say(fail, "token", err.Error(), err.Error())
		return
	}
	info, err := d.client.BotInfo(ctx)
	if status, is := errors.AsType[*line.StatusError](err); is && status.Code == 401 {
		d.say(fail, "token", "LINEがアクセストークンを受け付けません。LINE Developersで発行し直し、LINE_CHANNEL_TOKEN に入れてください。",
			"LINE refuses the access token: issue a new one in the LINE Developers console and set LINE_CHANNEL_TOKEN")
		d.client = nil
		return
	}
	if err != nil {
		d.say(fail, "token", fmt.Sprintf("LINEに聞けません：%v。このサーバーから api.line.me へつながるか確かめてください。", err),
			fmt.Sprintf("LINE can't be asked: %v; see that this machine reaches api.line.me", err))
		d.client = nil
		return
	}
	d.say(ok, "token", fmt.Sprintf("%s（%s）のトークンです。", info.DisplayName, info.BasicID), fmt.Sprintf("the token of %s (%s)", info.DisplayName, info.BasicID))
	d.clock(info.At)
	d.chatMode(info.ChatMode)
	d.webhook(ctx)
	d.pushes(ctx)
}

// Differences of the clock that matter: LINE's events bear LINE's time.
const (
	clockWarn = 2 * time.Second
	clockFail = time.Minute
)

func (d *doctor) clock(at time.Time) {
	if at.IsZero() {
		return
	}
	switch off := time.Since(at).Abs(); {
	case off > clockFail:
		d.say(fail, "clock", fmt.Sprintf("時計がLINEと%sずれています。NTPで合わせてください。", off.Round(time.Second)), fmt.Sprintf("the clock is %s off LINE's: set it by NTP", off.Round(time.Second)))
	case off > clockWarn:
		d.say(warn, "clock", fmt.Sprintf("時計がLINEと%sほどずれています。NTPで合わせてください。", off.Round(time.Second)), fmt.Sprintf("the clock is about %s off LINE's: set it by NTP", off.Round(time.Second)))
	default:
		d.say(ok, "clock", "時計はLINEと合っています。", "the clock agrees with LINE's")
	}
}

func (d *doctor) chatMode(mode string) {
	says := d.settings.Clinic["clinic.line_chat"] == "はい"
	switch chats := mode == "chat"; {
	case says && !chats:
		d.say(fail, "chat", "clinic.yaml の line_chat は「はい」ですが、公式アカウントの「チャット」がオフです。患者さんにLINEで返事ができません。応答設定でオンにするか、「いいえ」にしてください。",
			"line_chat in clinic.yaml says はい, but chat is off in the account: staff can't answer in LINE; switch it on in the response settings, or write いいえ")
	case chats && !says:
		d.say(warn, "chat", "公式アカウントの「チャット」がオンです。わからない言葉には、ボットは返事をしません（unknown: auto）。職員がLINEで返事をするなら clinic.yaml の line_chat を「はい」に、しないならチャットをオフにしてください。",
			"chat is on in the account, so the bot leaves unknown texts to staff (unknown: auto); write はい for line_chat in clinic.yaml if staff answer in LINE, else switch chat off")
	case chats:
		d.say(ok, "chat", "公式アカウントの「チャット」がオンで、職員がLINEで返事をします。", "chat is on in the account, and staff answer in LINE")
	default:
		d.say(ok, "chat", "公式アカウントの「チャット」はオフです。自動応答メッセージも、オフになっているか確かめてください。", "chat is off in the account; see that its auto-reply messages are off, too")
	}
}

func (d *doctor) webhook(ctx context.Context) {
	e, err := d.client.Webhook(ctx)
	switch {
	case err != nil:
		d.say(fail, "webhook", fmt.Sprintf("Webhookの設定を聞けません：%v", err), fmt.Sprintf("the webhook's address can't be asked for: %v", err))
		return
	case e.URL == "":
		d.say(fail, "webhook", "Webhook URLが設定されていません。LINE Developersで https://（このボットの住所）/webhook を入れてください。", "no webhook URL is set: write https://HOST/webhook in the LINE Developers console")
		return
	case !e.Active:
		d.say(fail, "webhook", "Webhookの利用がオフです。LINE Developersの「Webhookの利用」をオンにしてください。", "the webhook is switched off: switch on \"Use webhook\" in the LINE Developers console")
	}
	if u, err := url.Parse(e.URL); err == nil && u.Path != "/webhook" || d.env.PublicURL != "" && e.URL != d.env.PublicURL+"/webhook" {
		d.say(warn, "webhook", fmt.Sprintf("Webhook URLは %s です。このボットが受けるのは %s/webhook です。", e.URL, d.env.PublicURL), fmt.Sprintf("the webhook URL is %s; this bot takes %s/webhook", e.URL, d.env.PublicURL))
	}
	t, err := d.client.TryWebhook(ctx)
	switch {
	case err != nil:
		d.say(warn, "webhook", fmt.Sprintf("LINEに試してもらえません：%v", err), fmt.Sprintf("LINE can't be made to try it: %v", err))
	case t.OK:
		d.say(ok, "webhook", e.URL+" に、LINEから届きます。", "LINE reaches "+e.URL)
	default:
		mends := map[string][2]string{
			"COULD_NOT_CONNECT": {"serve が動いているか、HTTPSの証明書、ファイアウォールを確かめてください。", "see that serve runs, and look at the certificate and the firewall"},
			"REQUEST_TIMEOUT":   {"2秒以内に返事がありません。serve と保存先（Redisなど）の様子を見てください。", "no answer within two seconds: look at serve and its store"},
			"ERROR_STATUS_CODE": {"401なら LINE_CHANNEL_SECRET が違います。503なら保存先につながっていません。", "401: LINE_CHANNEL_SECRET is wrong; 503: the store can't be reached"},
		}
		mend := mends[t.Reason]
		d.say(fail, "webhook", fmt.Sprintf("LINEから %s に届きません（%s %d）。%s", e.URL, t.Reason, t.Status, mend[0]), fmt.Sprintf("LINE doesn't reach %s (%s %d): %s", e.URL, t.Reason, t.Status, mend[1]))
	}
	d.say(ok, "redelivery", "LINE Developersの「Webhookの再送」は、オンにしておいてください（ここからは確かめられません）。届かなかったメッセージを、LINEが送り直します。",
		"see that \"Webhook redelivery\" is on in the LINE Developers console (it can't be asked for): LINE then sends again what didn't arrive")
}

func (d *doctor) pushes(ctx context.Context) {
	q, err := d.client.Quota(ctx)
	if err != nil {
		d.say(warn, "quota", fmt.Sprintf("送れる残りの数を聞けません：%v", err), fmt.Sprintf("how many messages are left can't be asked for: %v", err))
		return
	}
	d.quota = &q
	switch {
	case !q.Limited:
		d.say(ok, "quota", fmt.Sprintf("プッシュメッセージの数に上限はありません（今月 %d）。", q.Used), fmt.Sprintf("pushes aren't limited (%d this month)", q.Used))
	case q.Left() == 0:
		d.say(fail, "quota", fmt.Sprintf("今月のメッセージ %d通を使い切りました。職員のLINEに知らせが届きません。プランを見直すか、メールやWebhookも使ってください。", q.Limit),
			fmt.Sprintf("the month's %d messages are used up, and staff aren't told in LINE: look at the plan, or use mail or the webhook too", q.Limit))
	default:
		d.say(ok, "quota", fmt.Sprintf("今月は、あと%d通プッシュできます（%d通のうち）。", q.Left(), q.Limit), fmt.Sprintf("%d of %d pushes are left this month", q.Left(), q.Limit))
	}
}

// staffChats looks whether the staff's chats can be reached, and what telling them costs.
func (d *doctor) staffChats(ctx context.Context, chats []string, send bool) {
	each := 0
	for _, chat := range chats {
		n, err := d.client.Members(ctx, chat)
		if err != nil {
			d.say(fail, "staff", fmt.Sprintf("職員のトーク %s に届きません：%v。ボットがグループにいるか（人なら友だちか）を確かめ、hogushi staff link で登録し直してください。", chat, err),
				fmt.Sprintf("the staff's chat %s can't be reached: %v; see that the bot is in the group (or a friend), and link it again", chat, err))
			continue
		}
		each += n
		if !send {
			d.say(ok, "staff", fmt.Sprintf("職員のトーク %s（%d人）に届けます。", chat, n), fmt.Sprintf("tells the staff's chat %s (%d people)", chat, n))
			continue
		}
		d.try("staff", send, chat, func(id string) error {
			return d.client.Push(ctx, chat, id, []json.RawMessage{json.RawMessage(`{"type":"text","text":"hogushi からの試し送りです。ここに、ご連絡の希望が届きます。"}`)})
		})
	}
	if each > 0 && d.quota != nil && d.store != nil {
		d.month(ctx, each)
	}
}

// month compares what a month's leads cost with what is left: LINE counts each person who
// gets a push.
func (d *doctor) month(ctx context.Context, each int) {
	n := 0
	since := time.Now().AddDate(0, 0, -30)
	var after *store.Lead
	for {
		leads, err := d.store.Leads(ctx, after, 500)
		if err != nil || len(leads) == 0 || leads[0].Created.Before(since) {
			break
		}
		for _, l := range leads {
			if !l.Created.Before(since) {
				n++
			}
		}
		after = &leads[len(leads)-1]
	}
	ja := fmt.Sprintf("この30日のご連絡の希望は%d件、知らせるのに%d通かかります（1件に%d通）。", n, n*each, each)
	en := fmt.Sprintf("%d contact requests in the last 30 days cost %d pushes to tell (%d each)", n, n*each, each)
	if d.quota.Limited && n*each > d.quota.Left() {
		d.say(warn, "quota", ja+"残りより多いので、月末に届かなくなるおそれがあります。", en+", more than are left: telling may stop before the month ends")
		return
	}
	d.say(ok, "quota", ja, en)
}
