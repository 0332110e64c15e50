package line

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestDecode_recorded(t *testing.T) {
	t.Parallel()
	const dir = "testdata/webhooks"
	bodies, err := filepath.Glob(dir + "/*.json")
	if err != nil || len(bodies) < 20 {
		t.Fatalf("list recorded bodies: got %d, %v", len(bodies), err)
	}
	read := map[string]bool{}
	for _, path := range bodies {
		golden := strings.TrimSuffix(path, ".json") + ".golden"
		read[golden] = true
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			events, dropped, err := decode(body)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(events, dropped)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatalf("read golden file (-update makes it): %v", err)
			}
			if got != string(want) {
				t.Errorf("%s: got\n%s\nwant\n%s", golden, got, want)
			}
		})
	}
	goldens, err := filepath.Glob(dir + "/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, golden := range goldens {
		if !read[golden] {
			t.Errorf("%s: no body of that name", golden)
		}
	}
}

// describe writes every field that isn't zero on a line of its own.
func describe(events []Event, dropped []string) string {
	var b strings.Builder
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		if v.IsZero() {
			return
		}
		if at, ok := v.Interface().(time.Time); ok {
			fmt.Fprintf(&b, "%s: %s\n", path, at.Format(time.RFC3339Nano))
		} else if v.Kind() == reflect.Struct {
			for field, value := range v.Fields() {
				walk(path+"."+field.Name, value)
			}
		} else {
			fmt.Fprintf(&b, "%s: %#v\n", path, v.Interface())
		}
	}
	for i, event := range events {
		walk(fmt.Sprintf("event[%d]", i), reflect.ValueOf(event))
	}
	fmt.Fprintf(&b, "events: %d\ndropped: %v\n", len(events), dropped)
	return b.String()
}

// good is an event that stands beside odd ones.
const good = `{"type":"follow","webhookEventId":"good","source":{"type":"user","userId":"U1"}}`

// TestDecode_odd puts an event between two good ones: these must always live.
func TestDecode_odd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ event, dropped string }{
		"null":                 {`null`, DroppedType},
		"number":               {`7`, DroppedForm},
		"string":               {`"x"`, DroppedForm},
		"array":                {`[` + good + `]`, DroppedForm},
		"empty":                {`{}`, DroppedType},
		"type null":            {`{"type":null}`, DroppedType},
		"type number":          {`{"type":1}`, DroppedForm},
		"type long":            {`{"type":"` + strings.Repeat("x", 65) + `"}`, DroppedType},
		"type not UTF-8":       {"{\"type\":\"\xff\xfe\"}", DroppedType},
		"mode number":          {`{"type":"follow","mode":1}`, DroppedForm},
		"time string":          {`{"type":"follow","timestamp":"1"}`, DroppedForm},
		"time huge":            {`{"type":"follow","timestamp":1e400}`, DroppedForm},
		"time fraction":        {`{"type":"follow","timestamp":1.5}`, DroppedForm},
		"time negative":        {`{"type":"follow","timestamp":-1}`, DroppedTime},
		"time far":             {`{"type":"follow","timestamp":9223372036854775807}`, DroppedTime},
		"id number":            {`{"type":"follow","webhookEventId":1}`, DroppedForm},
		"delivery string":      {`{"type":"follow","deliveryContext":"x"}`, DroppedForm},
		"redelivery string":    {`{"type":"follow","deliveryContext":{"isRedelivery":"yes"}}`, DroppedForm},
		"token number":         {`{"type":"follow","replyToken":1}`, DroppedForm},
		"source string":        {`{"type":"follow","source":"U1"}`, DroppedForm},
		"user number":          {`{"type":"follow","source":{"type":"user","userId":1}}`, DroppedForm},
		"user path":            {`{"type":"follow","source":{"type":"user","userId":"../info"}}`, DroppedID},
		"user dots":            {`{"type":"follow","source":{"type":"user","userId":".."}}`, DroppedID},
		"user long":            {`{"type":"follow","source":{"type":"user","userId":"` + strings.Repeat("U", 65) + `"}}`, DroppedID},
		"user Japanese":        {`{"type":"follow","source":{"type":"user","userId":"山田"}}`, DroppedID},
		"group odd":            {`{"type":"join","source":{"type":"group","groupId":"a/b"}}`, DroppedID},
		"room odd":             {`{"type":"join","source":{"type":"room","roomId":"a\u0000"}}`, DroppedID},
		"source kind odd":      {`{"type":"join","source":{"type":"a b"}}`, DroppedID},
		"message missing":      {`{"type":"message"}`, DroppedContent},
		"message null":         {`{"type":"message","message":null}`, DroppedContent},
		"message without type": {`{"type":"message","message":{"id":"1","text":"x"}}`, DroppedContent},
		"message number":       {`{"type":"message","message":1}`, DroppedForm},
		"message id number":    {`{"type":"message","message":{"type":"text","id":1}}`, DroppedForm},
		"text array":           {`{"type":"message","message":{"type":"text","text":[]}}`, DroppedForm},
		"edited null":          {`{"type":"messageEdited","message":null}`, DroppedContent},
		"postback null":        {`{"type":"postback","postback":null}`, DroppedContent},
		"postback empty":       {`{"type":"postback","postback":{}}`, DroppedContent},
		"postback number":      {`{"type":"postback","postback":{"data":1}}`, DroppedForm},
		"params number":        {`{"type":"postback","postback":{"data":"x","params":{"date":1}}}`, DroppedForm},
		"unsend number":        {`{"type":"unsend","unsend":{"messageId":1}}`, DroppedForm},
		"follow string":        {`{"type":"follow","follow":{"isUnblocked":"x"}}`, DroppedForm},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, dropped, err := decode([]byte(`{"events":[` + good + `,` + test.event + `,` + good + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := fmt.Sprint(dropped), fmt.Sprint([]string{test.dropped}); got != want {
				t.Errorf("dropped: got %s, want %s", got, want)
			}
			if len(events) != 2 || events[0].ID != "good" || events[1].ID != "good" {
				t.Errorf("events: got %+v, want the two neighbours", events)
			}
		})
	}
}

func TestDecode_fields(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("痛", maxText)
	words := `"` + strings.Repeat("w", 200) + `"` + strings.Repeat(`,"w"`, 20)
	for name, test := range map[string]struct {
		event string
		want  Event
	}{
		"all of a text": {
			`{"type":"message","mode":"standby","timestamp":1692251666727,"webhookEventId":"01H","deliveryContext":{"isRedelivery":true},"replyToken":"t","source":{"type":"group","groupId":"C1","userId":"U1"},"message":{"type":"text","id":"5","text":"腰が痛い😢","quotedMessageId":"4"},"new":{"a":[1]}}`,
			Event{Type: "message", Mode: "standby", At: time.UnixMilli(1692251666727).UTC(), ID: "01H", Redelivery: true, ReplyToken: "t", Source: Source{"group", "U1", "C1"}, Message: Message{ID: "5", Kind: "text", Text: "腰が痛い😢", QuotedID: "4"}},
		},
		"nulls": {
			`{"type":"unfollow","mode":null,"timestamp":null,"webhookEventId":"01H","deliveryContext":null,"replyToken":null,"source":null,"message":null,"postback":null,"follow":null,"unsend":null}`,
			Event{Type: "unfollow", Mode: "active", ID: "01H"},
		},
		"room without a user": {
			`{"type":"leave","webhookEventId":"01H","source":{"type":"room","roomId":"R1"}}`,
			Event{Type: "leave", Mode: "active", ID: "01H", Source: Source{"room", "", "R1"}},
		},
		"user without an id": {
			`{"type":"leave","webhookEventId":"01H","source":{"type":"user"}}`,
			Event{Type: "leave", Mode: "active", ID: "01H", Source: Source{Kind: "user"}},
		},
		"datetime": {
			`{"type":"postback","webhookEventId":"01H","postback":{"data":"","params":{"datetime":"2017-12-25T01:00"}}}`,
			Event{Type: "postback", Mode: "active", ID: "01H", Postback: Postback{Datetime: "2017-12-25T01:00"}},
		},
		"date and time": {
			`{"type":"postback","webhookEventId":"01H","postback":{"data":"d","params":{"date":"2017-12-25","time":"01:00"}}}`,
			Event{Type: "postback", Mode: "active", ID: "01H", Postback: Postback{Data: "d", Date: "2017-12-25", Time: "01:00"}},
		},
		"unblocked": {
			`{"type":"follow","webhookEventId":"01H","follow":{"isUnblocked":true}}`,
			Event{Type: "follow", Mode: "active", ID: "01H", Follow: Follow{Unblocked: true}},
		},
		"broken text": {
			"{\"type\":\"message\",\"webhookEventId\":\"01H\",\"message\":{\"type\":\"text\",\"text\":\"a\xff\\ud83d\"}}",
			Event{Type: "message", Mode: "active", ID: "01H", Message: Message{Kind: "text", Text: "a\ufffd\ufffd"}},
		},
		"long text": {
			`{"type":"message","webhookEventId":"01H","message":{"type":"text","text":"` + long + `"}}`,
			Event{Type: "message", Mode: "active", ID: "01H", Message: Message{Kind: "text", Text: long[:maxText-maxText%len("痛")]}},
		},
		"many keywords": {
			`{"type":"message","webhookEventId":"01H","message":{"type":"sticker","keywords":[` + words + `]}}`,
			Event{Type: "message", Mode: "active", ID: "01H", Message: Message{Kind: "sticker", Keywords: append([]string{strings.Repeat("w", maxKeyword)}, strings.Split(strings.Repeat("w", maxKeywords-1), "")...)}},
		},
		"odd ids and token": {
			`{"type":"unsend","webhookEventId":"01H","replyToken":"a b","message":{"id":"../1","quotedMessageId":"日"},"unsend":{"messageId":"` + strings.Repeat("1", 65) + `"}}`,
			Event{Type: "unsend", Mode: "active", ID: "01H"},
		},
		"long token": {
			`{"type":"join","webhookEventId":"01H","replyToken":"` + strings.Repeat("x", maxToken+1) + `"}`,
			Event{Type: "join", Mode: "active", ID: "01H"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, dropped, err := decode([]byte(`{"events":[` + test.event + `]}`))
			if err != nil || len(dropped) != 0 || len(events) != 1 {
				t.Fatalf("got %d events, dropped %v, %v", len(events), dropped, err)
			}
			if !reflect.DeepEqual(events[0], test.want) {
				t.Errorf("got  %+v\nwant %+v", events[0], test.want)
			}
		})
	}
}

// TestDecode_derivedID: events without a usable id of their own get one that a redelivery
// repeats and another event doesn't.
func TestDecode_derivedID(t *testing.T) {
	t.Parallel()
	id := func(event string) string {
		t.Helper()
		events, _, err := decode([]byte(`{"events":[` + event + `]}`))
		if err != nil || len(events) != 1 {
			t.Fatalf("decode %s: got %d events, %v", event, len(events), err)
		}
		return events[0].ID
	}
	first := id(`{"type":"join","timestamp":1,"deliveryContext":{"isRedelivery":false},"source":{"type":"room","roomId":"R1"}}`)
	if !strings.HasPrefix(first, "x-") || !validID(first) {
		t.Errorf("got id %q, want x- and a hash", first)
	}
	for _, same := range []string{
		`{"type":"join","timestamp":1,"deliveryContext":{"isRedelivery":true},"source":{"type":"room","roomId":"R1"}}`,
		`{"source":{"type":"room","roomId":"R1"}, "timestamp":1, "type":"join"}`,
	} {
		if got := id(same); got != first {
			t.Errorf("%s: got id %q, want %q", same, got, first)
		}
	}
	for _, other := range []string{
		`{"type":"join","timestamp":2,"source":{"type":"room","roomId":"R1"}}`,
		`{"type":"join","timestamp":1,"source":{"type":"room","roomId":"R1"},"more":1}`,
		`{"type":"join","timestamp":1,"webhookEventId":"../x","source":{"type":"room","roomId":"R1"}}`,
	} {
		if got := id(other); got == first || !validID(got) {
			t.Errorf("%s: got id %q, want another than %q", other, got, first)
		}
	}
}

// FuzzDecode holds decode against encoding/json: both must agree on what is JSON and how
// many events it has.
func FuzzDecode(f *testing.F) {
	bodies, _ := filepath.Glob("testdata/webhooks/*.json")
	for _, path := range bodies {
		body, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	for _, test := range brokenBodies {
		if len(test.body) < 1000 {
			f.Add([]byte(test.body))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		events, dropped, err := decode(body)
		if strings.Count(string(body), "[")+strings.Count(string(body), "{") > 9000 {
			return // encoding/json bounds the depth at 10000, which differs by our split
		}
		var top map[string]json.RawMessage
		var list []json.RawMessage
		wantErr := json.Unmarshal(body, &top)
		if raw := top["events"]; wantErr == nil && raw != nil {
			wantErr = json.Unmarshal(raw, &list)
		}
		if (err != nil) != (wantErr != nil) {
			t.Fatalf("got error %v, want %v", err, wantErr)
		}
		if err == nil && len(events)+len(dropped) != len(list) {
			t.Errorf("got %d events and %d dropped, want %d together", len(events), len(dropped), len(list))
		}
		again, _, _ := decode(body)
		if !reflect.DeepEqual(events, again) {
			t.Errorf("decoded twice: got %+v, then %+v", events, again)
		}
		for _, event := range events {
			s := event.Source
			if !validID(event.Type) || !validID(event.ID) || s.UserID != "" && !validID(s.UserID) || s.ChatID != "" && !validID(s.ChatID) {
				t.Errorf("got unsafe event %+v", event)
			}
			if len(event.Message.Text) > maxText || !utf8.ValidString(event.Message.Text) {
				t.Errorf("got text of %d bytes, valid %t", len(event.Message.Text), utf8.ValidString(event.Message.Text))
			}
			if _, err := json.Marshal(event); err != nil {
				t.Errorf("marshal event: %v", err)
			}
		}
	})
}

// textBody is a text message as LINE sends it today.
const textBody = `{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[{"type":"message","message":{"type":"text","id":"468789577898262530","quoteToken":"q3Plxr4AgKd7zJYn3fBz6sZ0Hc1qTt","markAsReadToken":"30yhdy232","text":"腰が痛くて眠れません。PRPは効きますか"},"webhookEventId":"01H810YECXQQZ37VAXPF6H9E6T","deliveryContext":{"isRedelivery":false},"timestamp":1692251666727,"source":{"type":"user","userId":"U4af4980629012345678901234567890a"},"replyToken":"38ef843bde154d9b91c21320ffd17a0f","mode":"active"}]}`

func BenchmarkDecode(b *testing.B) {
	body := []byte(textBody)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if events, _, err := decode(body); err != nil || len(events) != 1 {
			b.Fatal(len(events), err)
		}
	}
}
