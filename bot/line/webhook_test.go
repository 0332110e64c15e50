package line

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

const testSecret = "8c570fa6dd201bb328f1c1eac23a96d8"

func sign(secret, body string) string {
	signature := newSigner(secret).sign([]byte(body))
	return string(signature[:])
}

// TestSigner_vector uses a signature computed by another implementation.
func TestSigner_vector(t *testing.T) {
	t.Parallel()
	got := sign(testSecret, `{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}`)
	if want := "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNewHandler_needsSecrets(t *testing.T) {
	t.Parallel()
	for _, secrets := range [][]string{nil, {}, {""}, {testSecret, ""}, {" \n"}} {
		_, err := NewHandler(secrets, nil)
		if err == nil || !strings.Contains(err.Error(), "LINE_CHANNEL_SECRET") {
			t.Errorf("%q: got error %v, want one that names LINE_CHANNEL_SECRET", secrets, err)
		}
	}
}

// edge is a handler that notes what it hands on.
type edge struct {
	*Handler
	served  [][]Event
	dropped []string
}

func newEdge(t testing.TB, ok bool, secrets ...string) *edge {
	t.Helper()
	e := new(edge)
	serve := func(_ context.Context, events []Event) bool {
		e.served = append(e.served, events)
		return ok
	}
	var err error
	e.Handler, err = NewHandler(secrets, serve, OnDropped(func(reason string) { e.dropped = append(e.dropped, reason) }))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// post gives the status of an answer, which must have no body.
func (e *edge) post(t testing.TB, body, signature string) int {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(body))
	if signature != "" {
		r.Header.Set("x-line-signature", signature)
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		t.Errorf("got a body in the answer: %q", w.Body)
	}
	return w.Code
}

func TestHandler_served(t *testing.T) {
	t.Parallel()
	e := newEdge(t, true, testSecret)
	body := `{"events":[` + good + `,7,` + strings.ReplaceAll(good, `"good"`, `"second"`) + `]}`
	if got := e.post(t, body, sign(testSecret, body)); got != 200 {
		t.Errorf("got status %d, want 200", got)
	}
	if len(e.served) != 1 || len(e.served[0]) != 2 || e.served[0][0].ID != "good" || e.served[0][1].ID != "second" {
		t.Errorf("got %+v, want both events, in order, at once", e.served)
	}
	if want := []string{DroppedForm}; !slices.Equal(e.dropped, want) {
		t.Errorf("dropped: got %v, want %v", e.dropped, want)
	}

	e = newEdge(t, false, testSecret)
	if got := e.post(t, textBody, sign(testSecret, textBody)); got != 503 {
		t.Errorf("not served: got status %d, want 503", got)
	}
}

func TestHandler_context(t *testing.T) {
	t.Parallel()
	type key struct{}
	h, err := NewHandler([]string{testSecret}, func(ctx context.Context, _ []Event) bool { return ctx.Value(key{}) == true })
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(textBody))
	r.Header.Set("X-LINE-SIGNATURE", sign(testSecret, textBody))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(context.WithValue(t.Context(), key{}, true)))
	if w.Code != 200 {
		t.Errorf("got status %d, want 200: the request's context and a header of another case", w.Code)
	}
}

// TestHandler_nothingToServe: LINE verifies a URL with a body without events.
func TestHandler_nothingToServe(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"destination":"U0","events":[]}`, `{"events":null}`, `{}`, `null`, ` { "events" : [ ] } `,
		`{"events":[null]}`, `{"events":[{}]}`, `{"events":[7,"x",[]]}`,
	} {
		e := newEdge(t, false, testSecret)
		if got := e.post(t, body, sign(testSecret, body)); got != 200 {
			t.Errorf("%s: got status %d, want 200", body, got)
		}
		if len(e.served) > 0 {
			t.Errorf("%s: got %v served, want nothing", body, e.served)
		}
	}
}

func TestHandler_signatures(t *testing.T) {
	t.Parallel()
	right := sign(testSecret, textBody)
	const notJSON = `腰が{`
	for name, test := range map[string]struct {
		body, signature string
		want            int
	}{
		"right":              {textBody, right, 200},
		"second secret":      {textBody, sign("another", textBody), 200},
		"absent":             {textBody, "", 401},
		"third secret":       {textBody, sign("third", textBody), 401},
		"empty secret":       {textBody, sign("", textBody), 401},
		"cut":                {textBody, right[:len(right)-8], 401},
		"longer":             {textBody, right + "=", 401},
		"other case":         {textBody, strings.ToLower(right), 401},
		"not base64":         {textBody, "%%%not base64%%%", 401},
		"garbage as long":    {textBody, strings.Repeat("A", signatureLen), 401},
		"of another body":    {textBody, sign(testSecret, `{"events":[]}`), 401},
		"body changed":       {strings.Replace(textBody, "PRP", "PRF", 1), right, 401},
		"body with a space":  {textBody + " ", right, 401},
		"not JSON, unsigned": {notJSON, "", 401},
		"not JSON, signed":   {notJSON, sign(testSecret, notJSON), 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, true, testSecret, "another")
			if got := e.post(t, test.body, test.signature); got != test.want {
				t.Errorf("got status %d, want %d", got, test.want)
			}
			if served := len(e.served) > 0; served != (test.want == 200) {
				t.Errorf("got served %t", served)
			}
		})
	}
}

func TestHandler_methods(t *testing.T) {
	t.Parallel()
	e := newEdge(t, true, testSecret)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodOptions, "post"} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(method, "/", nil))
		if w.Code != 405 || w.Header().Get("Allow") != "POST" {
			t.Errorf("%s: got status %d, Allow %q; want 405, POST", method, w.Code, w.Header().Get("Allow"))
		}
	}
}

func TestHandler_size(t *testing.T) {
	t.Parallel()
	fill := func(n int) string { return textBody + strings.Repeat(" ", n-len(textBody)) }
	for name, test := range map[string]struct {
		body    string
		chunked bool
		want    int
	}{
		"largest":          {fill(maxBody), false, 200},
		"largest, chunked": {fill(maxBody), true, 200},
		"larger":           {fill(maxBody + 1), false, 413},
		"larger, chunked":  {fill(maxBody + 1), true, 413},
	} {
		e := newEdge(t, true, testSecret)
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.body))
		r.Header.Set("x-line-signature", sign(testSecret, test.body))
		if test.chunked {
			r.ContentLength = -1
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("%s: got status %d, want %d", name, w.Code, test.want)
		}
	}
}

// TestHandler_announcedSize: what is announced as too long isn't read.
func TestHandler_announcedSize(t *testing.T) {
	t.Parallel()
	e := newEdge(t, true, testSecret)
	r := httptest.NewRequest(http.MethodPost, "/", brokenReader{})
	r.ContentLength = maxBody + 1
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Code != 413 {
		t.Errorf("got status %d, want 413", w.Code)
	}
}

func TestHandler_bodyCutOff(t *testing.T) {
	t.Parallel()
	e := newEdge(t, true, testSecret)
	r := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader(textBody), brokenReader{}))
	r.Header.Set("x-line-signature", sign(testSecret, textBody))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Code != 400 || len(e.served) > 0 {
		t.Errorf("got status %d, served %v; want 400, nothing", w.Code, e.served)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("broken") }

// brokenBodies are signed bodies that LINE doesn't send.
var brokenBodies = []struct {
	name, body string
	want       int
}{
	{"empty", ``, 400},
	{"space", "\n", 400},
	{"array", `[]`, 400},
	{"string", `"events"`, 400},
	{"number", `1`, 400},
	{"true", `true`, 400},
	{"truncated", textBody[:len(textBody)/2], 400},
	{"cut in a string", `{"events":[{"type":"mess`, 400},
	{"cut after a backslash", `{"events":["\`, 400},
	{"only brackets", `{[`, 400},
	{"brackets crossed", `{"events":[{"type":"follow"]}]}`, 400},
	{"brackets closed twice", `{"events":[]]}`, 400},
	{"events string", `{"events":"x"}`, 400},
	{"events object", `{"events":{}}`, 400},
	{"events nothing", `{"events":}`, 400},
	{"events without a colon", `{"events"[]}`, 400},
	{"key without quotes", `{events:[]}`, 400},
	{"key alone", `{"events"}`, 400},
	{"key with a broken escape", `{"\x":1,"events":[]}`, 400},
	{"comma too much", `{"events":[],}`, 400},
	{"comma in events", `{"events":[` + good + `,]}`, 400},
	{"commas only", `{"events":[,]}`, 400},
	{"broken neighbour", `{"events":[` + good + `,{"type":nul}]}`, 400},
	{"broken field beside", `{"destination":U0,"events":[]}`, 400},
	{"broken first of two", `{"events":[nul],"events":[` + good + `]}`, 400},
	{"trailing object", `{"events":[` + good + `]}{"events":[]}`, 400},
	{"trailing text", `{"events":[` + good + `]}x`, 400},
	{"byte order mark", "\ufeff" + `{"events":[]}`, 400},
	{"UTF-16", "{\x00\"\x00", 400},
	{"deep in events", `{"events":` + strings.Repeat("[", 40000) + strings.Repeat("]", 40000) + `}`, 400},
	{"deep in an event", `{"events":[{"type":"x","y":` + strings.Repeat("[", 40000) + strings.Repeat("]", 40000) + `}]}`, 400},
	{"deep objects", strings.Repeat(`{"events":`, 40000) + `1` + strings.Repeat("}", 40000), 400},
	{"deep, left open", `{"events":` + strings.Repeat("[", 40000), 400},
	{"backslashes", `{"events":["` + strings.Repeat(`\`, 100001) + `"]}`, 400},
	{"keys twice", `{"events":[],"events":[` + good + `]}`, 200},
	{"key twice in an event", `{"events":[{"type":1,"type":"follow","type":"join"}]}`, 200},
	{"key escaped", `{"\u0065vents":[` + good + `]}`, 200},
	{"quotes and brackets in strings", `{"a":"\"]}\\","events":[{"type":"x","y":"[{\\\"," }]}`, 200},
	{"many odd events", `{"events":[` + strings.Repeat("1,", 1000) + `1]}`, 200},
}

func TestHandler_broken(t *testing.T) {
	t.Parallel()
	for _, test := range brokenBodies {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, true, testSecret)
			if got := e.post(t, test.body, sign(testSecret, test.body)); got != test.want {
				t.Errorf("got status %d, want %d", got, test.want)
			}
			if test.want != 200 && (len(e.served) > 0 || len(e.dropped) > 0) {
				t.Errorf("got served %v, dropped %v; want neither", e.served, e.dropped)
			}
		})
	}
}

// TestDecode_errorIsSilent: an error must not carry what a patient wrote.
func TestDecode_errorIsSilent(t *testing.T) {
	t.Parallel()
	for _, test := range brokenBodies {
		_, _, err := decode([]byte(test.body))
		if (err != nil) != (test.want == 400) || err != nil && err != errNotJSON {
			t.Errorf("%s: got error %v, want the one fixed error if status %d is 400", test.name, err, test.want)
		}
	}
}

// TestHandler_concurrent shares the pooled signers under -race.
func TestHandler_concurrent(t *testing.T) {
	t.Parallel()
	var served atomic.Int64
	h, err := NewHandler([]string{"first", testSecret}, func(_ context.Context, events []Event) bool {
		served.Add(int64(len(events)))
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	defer server.Close()
	done := make(chan error)
	const n = 8
	for range n {
		go func() {
			var err error
			for range 20 {
				r, _ := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(textBody))
				r.Header.Set("x-line-signature", sign(testSecret, textBody))
				res, callErr := server.Client().Do(r)
				if callErr != nil {
					err = callErr
				} else if res.Body.Close(); res.StatusCode != 200 {
					err = errors.New(res.Status)
				}
			}
			done <- err
		}()
	}
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := served.Load(); got != n*20 {
		t.Errorf("got %d events served, want %d", got, n*20)
	}
}

// TestEvent_plain: an event is plain data and survives JSON.
func TestEvent_plain(t *testing.T) {
	t.Parallel()
	events, _, err := decode([]byte(textBody))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	var again []Event
	if err := json.Unmarshal(raw, &again); err != nil || describe(again, nil) != describe(events, nil) {
		t.Errorf("got %+v, %v; want %+v", again, err, events)
	}
}

func BenchmarkHandler(b *testing.B) {
	h, err := NewHandler([]string{testSecret}, func(context.Context, []Event) bool { return true })
	if err != nil {
		b.Fatal(err)
	}
	signature := sign(testSecret, textBody)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(textBody))
		r.Header.Set("x-line-signature", signature)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
