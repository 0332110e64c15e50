package config

import (
	"fmt"
	"slices"
	"strings"

	"hogushi/bot/schema"
)

// settingKeys are those of hogushi.yaml.
var settingKeys = schema.Map{
	schema.Must("channel", schema.Form(channelForm.String(), channelWrong), "このLINEチャネルの短い名前。保存されるデータの名前の一部になるので、使い始めたら変えません", "channel: main"),
	schema.May("handoff", orNothing(schema.Object(handoffKeys)), "ご連絡の希望の届け方", "handoff:\n  line: short"),
	schema.May("unknown", schema.OneOf(unknownWords), "わからない言葉が届いたときに、どうするか", "unknown: auto"),
}

var handoffKeys = schema.Map{
	schema.May("line", schema.OneOf(cardWords), "職員のLINEトークに届くお知らせの中身", "line: short"),
}

var unknownWords = schema.Words{
	{UnknownAuto, "公式アカウントの「チャット」がオンなら `quiet`、オフなら `answer`"},
	{UnknownAnswer, "わからなかったことと、メニューを伝える"},
	{UnknownQuiet, "何も返さない（職員がチャットで返事をする。緊急の言葉、メニュー、ボタン、受付には返事をする）"},
}

const cardFull = "full"

var cardWords = schema.Words{
	{"short", "お名前・ご連絡先・時間帯だけ（ご病気に関わることは、メールなどにだけ書く）"},
	{cardFull, "すべて（LINEを運営する会社のサーバーにも残るので、よく考えて決める）"},
}

// hotlineKeys are those of an entry of hotlines.yaml.
var hotlineKeys = schema.Map{
	schema.Must("key", schema.Text, "短い名前。一つずつ違うもの", "key: ambulance"),
	schema.Must("name", schema.Text, "窓口の名前", "name: いのちの電話"),
	schema.Must("number", schema.Form(hotlineForm.String(), hotlineNumber), "電話番号。半角で。`#` で始まるものと、数字だけのものは、`\"` で囲みます", `number: "#7119"`),
	schema.May("hours", schema.Maybe, "受け付ける時間", "hours: 24時間・365日"),
	schema.May("note", schema.Maybe, "覚え書き", "note: 無料"),
	schema.May("source", schema.Maybe, "番号のもとにした資料", "source: S37"),
	schema.May("checked", shaped(`[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?`, checkedWrong), "公式のページや電話で確かめた日", `checked: "2026-11-22"`),
}

// Schemas describes the files of the configuration, by kind: hogushi, clinic, hotlines.
func Schemas() map[string]schema.Schema {
	return map[string]schema.Schema{
		"hogushi":  schema.Object(settingKeys).Titled("ボットの設定（hogushi.yaml）"),
		"clinic":   clinicSchema().Titled("クリニックの情報（clinic.yaml）"),
		"hotlines": schema.List(schema.Object(hotlineKeys).Titled("電話番号"), 0, 0).Titled("緊急・相談の電話番号（hotlines.yaml）"),
	}
}

// Facts are the names of the clinic's facts, as flows write them.
func Facts() (out schema.Words) {
	for _, f := range clinicFacts {
		about := f.about
		if s, _, ok := strings.Cut(f.key, "."); ok {
			about = title(s) + "：" + about
		}
		out = append(out, schema.Word{"clinic." + f.key, about})
	}
	return out
}

// title is what a section is called.
func title(section string) string {
	for _, s := range sections {
		if s.Name() == section {
			name, _, _ := strings.Cut(s[1], "。")
			return name
		}
	}
	return section
}

func orNothing(s schema.Schema) schema.Schema {
	s.Type = append(s.Type, "null")
	return s
}

func clinicSchema() schema.Schema {
	var top schema.Map
	inside := map[string]schema.Map{}
	for _, f := range clinicFacts {
		section, key, ok := strings.Cut(f.key, ".")
		if !ok {
			k := schema.May(f.key, f.form.shape, f.about, "")
			k.Need = slices.Contains(needed, f.key)
			top = append(top, k)
			continue
		}
		inside[section] = append(inside[section], schema.May(key, f.form.shape, f.about, ""))
	}
	for _, s := range sections {
		var rules []schema.Schema
		if s.Name() == "doctors" {
			rules = doctorRules()
		}
		top = append(top, schema.May(s.Name(), orNothing(schema.Object(inside[s.Name()], rules...)).Titled(title(s.Name())), s[1], ""))
	}
	return schema.Object(top)
}

// doctorRules want what must stand beside a doctor's name.
func doctorRules() (rules []schema.Schema) {
	for n := 1; n <= maxDoctors; n++ {
		name := fmt.Sprintf("name_%d", n)
		named := schema.Schema{Required: []string{name}, Properties: schema.Properties{{Name: name, Schema: &schema.Text}}}
		then := schema.Schema{Wrong: "医師の名前を載せるには、資格、認定した団体、勤務の形、本人の了承も要ります。"}
		for _, b := range beside {
			key := fmt.Sprintf("%s_%d", b, n)
			then.Required = append(then.Required, key)
			then.Properties = append(then.Properties, schema.Property{Name: key, Schema: &schema.Text})
		}
		rules = append(rules, schema.If(named, then))
	}
	return rules
}
