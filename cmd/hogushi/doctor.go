package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/flow"
	"hogushi/bot/handoff"
	"hogushi/bot/line"
	"hogushi/bot/seal"
	"hogushi/bot/sink"
	"hogushi/bot/store"
	"hogushi/config"
	"hogushi/flows"
)

// doctor looks at everything that the bot needs, and says what to do about what is wrong.
func (c *command) doctor(ctx context.Context, args []string) error {
	f := flags("doctor", "doctor [--json] [--lang ja|en] [--send]")
	asJSON := f.Bool("json", false, "one JSON object a line")
	lang := f.String("lang", c.lang(), "language: `ja` or en")
	send := f.Bool("send", false, "send a test to every sink: a push costs as much as any other")
	if err := c.parse(f, args, 0, 0); err != nil {
		return err
	}
	if *lang != "ja" && *lang != "en" {
		return usageError{fmt.Errorf("--lang: %q is neither ja nor en", *lang)}
	}
	d := &doctor{command: c, env: config.FromEnvironment(c.Getenv), json: *asJSON, lang: *lang}
	ctx, cancel := context.WithTimeout(ctx, doctorBy)
	defer cancel()
	d.surroundings()
	d.account(ctx)
	d.keep(ctx)
	d.handover(ctx, *send)
	if d.store != nil {
		d.store.Close()
	}
	if d.failed {
		return errFound
	}
	return nil
}

// doctorBy bounds the whole examination.
const doctorBy = 2 * time.Minute

type doctor struct {
	*command
	env      config.Environment
	settings config.Settings
	keys     *seal.Keys
	store    store.Store
	client   *line.Client
	quota    *line.Quota
	json     bool
	lang     string
	failed   bool
}

// Levels of a finding.
const (
	ok   = "ok"
	warn = "warn"
	fail = "fail"
)

// say tells one finding: what is so, and what to do about it, in both languages.
func (d *doctor) say(level, about, ja, en string) {
	d.failed = d.failed || level == fail
	text := ja
	if d.lang == "en" {
		text = en
	}
	if d.json {
		b, _ := json.Marshal(map[string]string{"level": level, "about": about, "text": text})
		fmt.Fprintln(d.Stdout, string(b))
		return
	}
	fmt.Fprintf(d.Stdout, "%-4s  %-12s  %s\n", level, about, text)
}

// surroundings looks at the environment, the configuration, the keys and the flows.
func (d *doctor) surroundings() {
	if err := d.env.CheckServe(); err != nil {
		for _, l := range strings.Split(err.Error(), "\n") {
			d.say(fail, "environment", l, l)
		}
	} else {
		d.say(ok, "environment", "必要な環境変数がそろっています。", "all that serve needs is set")
	}
	dir, err := directory(d.env.Config, config.Dir(""))
	if err != nil {
		d.say(fail, "config", fmt.Sprintf("CONFIG: %v", err), fmt.Sprintf("CONFIG: %v", err))
		return
	}
	settings, problems := config.Load(dir)
	d.settings = settings
	if problems.Failed() {
		d.say(fail, "config", "設定にまちがいがあります。hogushi check で確かめてください。", "the configuration has errors: run hogushi check")
		return
	}
	files, err := directory(d.env.Flows, flows.Files)
	if err != nil {
		d.say(fail, "flows", fmt.Sprintf("FLOWS: %v", err), fmt.Sprintf("FLOWS: %v", err))
		return
	}
	program, problems := flow.Compile(files, settings.Clinic, flow.Live)
	if program == nil {
		d.say(fail, "flows", "フローにまちがいがあります。hogushi check で確かめてください。", "the flows have errors: run hogushi check")
	} else {
		d.say(ok, "flows", fmt.Sprintf("%dのフローに、まちがいはありません。", len(program.Flows)), fmt.Sprintf("%d flows without errors", len(program.Flows)))
	}
	d.unset()
	keys, note, err := app.Keys(d.env)
	switch {
	case err != nil:
		d.say(fail, "key", fmt.Sprintf("データの鍵を使えません：%v", err), fmt.Sprintf("the data key can't be used: %v", err))
	case note != "":
		d.keys = keys
		d.say(warn, "key", note, note)
	default:
		d.keys = keys
		d.say(ok, "key", "データの鍵を読めます（"+keys.Fingerprint()+"）。控えを、データとは別の場所に置いてください。", "the data key can be read ("+keys.Fingerprint()+"); keep a copy apart from the data")
	}
}

// needed are the facts that the form and the law want before the bot is public.
var needed = []string{"privacy.responsible", "privacy.retention_days", "privacy.processors", "privacy.deletion_days", "privacy.policy_url", "privacy.complaints", "address", "phone_hours", "reply_within"}

func (d *doctor) unset() {
	var lacks []string
	all := 0
	for name, v := range d.settings.Clinic {
		if v == "" {
			all++
		}
		if name = strings.TrimPrefix(name, "clinic."); v == "" && slices.Contains(needed, name) {
			lacks = append(lacks, name)
		}
	}
	if slices.Sort(lacks); len(lacks) > 0 {
		list := strings.Join(lacks, ", ")
		d.say(warn, "clinic", fmt.Sprintf("公開前に clinic.yaml に書くもの：%s（ほかも合わせて、空の項目は%d）", list, all),
			fmt.Sprintf("to be written into clinic.yaml before going public: %s (%d facts are empty in all)", list, all))
	}
}

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

// keep looks at the store.
func (d *doctor) keep(ctx context.Context) {
	if d.keys == nil || d.env.CheckStore() != nil {
		return // said
	}
	if d.env.DataDir != "" {
		if there, err := app.HasData(d.env.DataDir); err == nil && !there {
			d.say(warn, "store", "まだ何も保存されていません（serve が最初に動くときに作ります）。", "there is no store yet; serve makes it at its first start")
			return
		}
	}
	opening, cancel := context.WithTimeout(ctx, openBy)
	defer cancel()
	s, err := app.OpenStore(opening, d.env, d.settings, d.keys)
	if err != nil {
		d.say(fail, "store", fmt.Sprintf("保存先を開けません：%v", err), fmt.Sprintf("the store can't be opened: %v", err))
		return
	}
	d.store = s
	warnings, err := s.Check(ctx)
	if err != nil {
		d.say(warn, "store", fmt.Sprintf("保存先の設定を調べられません：%v", err), fmt.Sprintf("the store's settings can't be looked at: %v", err))
	}
	for _, w := range warnings {
		level := warn
		if w.Refuse {
			level = fail
		}
		d.say(level, "store", w.Text, w.Text)
	}
	if err == nil && len(warnings) == 0 {
		d.say(ok, "store", "保存先の設定に、データを失うものはありません。", "no setting of the store can lose data")
	}
	d.late(ctx)
}

// late looks for what hasn't been delivered.
func (d *doctor) late(ctx context.Context) {
	list, err := d.store.Undelivered(ctx, 10000)
	if err != nil {
		d.say(fail, "deliveries", err.Error(), err.Error())
		return
	}
	late := 0
	for _, s := range list {
		if s.State == store.Failed || time.Since(s.Created) > 10*time.Minute {
			late++
		}
	}
	if late > 0 {
		d.say(fail, "deliveries", fmt.Sprintf("届けられていないものが%d あります。hogushi leads list --undelivered で見て、直したら hogushi leads retry。", late),
			fmt.Sprintf("%d deliveries aren't made: see hogushi leads list --undelivered; after mending, hogushi leads retry", late))
		return
	}
	d.say(ok, "deliveries", "届けられていないご連絡の希望は、ありません。", "every contact request has reached every sink")
}

// handover looks at the sinks.
func (d *doctor) handover(ctx context.Context, send bool) {
	webhook, mail, err := app.Sinks(d.env)
	if err != nil {
		d.say(fail, "sinks", err.Error(), err.Error())
	}
	chats := d.env.LineTo
	if len(chats) == 0 && d.store != nil {
		linked, _, err := app.Book(d.keys, d.settings).Chats(ctx, d.store)
		if err != nil {
			d.say(fail, "staff", err.Error(), err.Error())
		}
		for _, chat := range linked {
			chats = append(chats, chat.ID)
		}
	}
	if len(chats) == 0 && webhook == nil && (mail == nil || len(d.env.MailTo) == 0) {
		d.say(fail, "sinks", "ご連絡の希望の届け先がありません。患者さんの希望に、だれも気づきません。hogushi staff link で職員のLINEを登録するか、HANDOFF_MAIL_TO などを設定してください。",
			"contact requests go nowhere, and nobody will see them: bind the staff's LINE chat with hogushi staff link, or set HANDOFF_MAIL_TO or HANDOFF_WEBHOOK_URL")
	}
	if d.client != nil {
		d.staffChats(ctx, chats, send)
	}
	if webhook != nil {
		d.try("webhook", send, d.env.WebhookURL, func(id string) error {
			return webhook.Post(ctx, id, time.Now(), fmt.Appendf(nil, `{"type":"test","timestamp":%q,"data":{}}`, time.Now().Format(time.RFC3339)))
		})
	}
	for _, to := range d.env.MailTo {
		d.tryMail(ctx, mail, to, send)
	}
	if len(d.env.AlertTo) == 0 {
		d.say(warn, "alarm", "ALERT_MAIL_TO がありません。届かないときに、だれにも知らせが行きません（ログと /metrics だけ）。", "ALERT_MAIL_TO isn't set: nobody is told when something isn't delivered, but for the log and /metrics")
	}
	for _, to := range d.env.AlertTo {
		d.tryMail(ctx, mail, to, send)
	}
}

func (d *doctor) tryMail(ctx context.Context, mail *sink.Mail, to string, send bool) {
	if mail == nil {
		return // said
	}
	d.try("mail", send, to, func(id string) error {
		return mail.Send(ctx, sink.Letter{ID: id, To: to, At: time.Now(), Subject: "hogushi からの試し送り", Text: "この宛先に、ご連絡の希望などが届きます。\n"})
	})
}

// try sends a test to a sink, if that is asked for.
func (d *doctor) try(what string, send bool, to string, do func(id string) error) {
	if !send {
		d.say(ok, what, to+" に届けます（--send で試し送り）。", "delivers to "+to+" (--send tries it)")
		return
	}
	if err := do(handoff.NewID()); err != nil {
		d.say(fail, what, fmt.Sprintf("%s に届きません：%v", to, err), fmt.Sprintf("%s isn't reached: %v", to, err))
		return
	}
	d.say(ok, what, to+" に届きました。", "reached "+to)
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
