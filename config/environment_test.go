package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func from(vars map[string]string) Environment {
	return FromEnvironment(func(name string) string { return vars[name] })
}

func TestFromEnvironment(t *testing.T) {
	t.Parallel()
	bare := Environment{Listen: ":8080", AdminListen: "127.0.0.1:9090", LogLevel: "info"}
	with := func(change func(*Environment)) Environment { e := bare; change(&e); return e }
	for _, tt := range []struct {
		name string
		vars map[string]string
		want Environment
	}{
		{"nothing", nil, bare},
		{"blanks", map[string]string{"LISTEN": " ", "DATA_DIR": "\n", "LOG_LEVEL": ""}, bare},
		{"one secret", map[string]string{"LINE_CHANNEL_SECRET": " a\n"}, with(func(e *Environment) { e.Secrets = []string{"a"} })},
		{"two secrets", map[string]string{"LINE_CHANNEL_SECRET": "a, b"}, with(func(e *Environment) { e.Secrets = []string{"a", "b"} })},
		{"a stray comma", map[string]string{"LINE_CHANNEL_SECRET": "a,"}, with(func(e *Environment) { e.Secrets = []string{"a", ""} })},
		{"a blank secret", map[string]string{"LINE_CHANNEL_SECRET": " "}, with(func(e *Environment) { e.Secrets = []string{""} })},
		{"all", map[string]string{"LINE_CHANNEL_TOKEN": "t\n", "LINE_API_BASE": "b", "REDIS_URL": "r", "DATA_DIR": "d", "DATA_KEY": " k ", "DATA_KEY_FILE": "f",
			"LISTEN": "l", "ADMIN_LISTEN": "a", "FLOWS": "x", "CONFIG": "c", "LOG_LEVEL": "debug"},
			Environment{Token: "t", APIBase: "b", RedisURL: "r", DataDir: "d", DataKey: "k", DataKeyFile: "f",
				Listen: "l", AdminListen: "a", Flows: "x", Config: "c", LogLevel: "debug"}},
	} {
		if diff := cmp.Diff(tt.want, from(tt.vars)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, tt := range []struct {
		name, key, file string
		want, err       string
	}{
		{"neither", "", "", "", ""},
		{"key", "k", "", "k", ""},
		{"file", "", file("key", " k\n"), "k", ""},
		{"both", "k", file("other", "k"), "", "DATA_KEY and DATA_KEY_FILE: set only one of them"},
		{"empty file", "", file("empty", "\n"), "", "DATA_KEY_FILE: " + filepath.Join(dir, "empty") + " is empty"},
		{"no file", "", filepath.Join(dir, "absent"), "", "DATA_KEY_FILE: open "},
		{"directory", "", dir, "", "DATA_KEY_FILE: read "},
	} {
		got, err := Environment{DataKey: tt.key, DataKeyFile: tt.file}.Key()
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.HasPrefix(err.Error(), tt.err) {
			t.Errorf("%s: got %q, %v, want %q, %q", tt.name, got, err, tt.want, tt.err)
		}
	}
}

// TestCheckServe: all that is missing is told at once; each line begins with the variable.
func TestCheckServe(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		vars map[string]string // besides a secret, a token and DATA_DIR
		want []string
	}{
		{"fine", nil, nil},
		{"fine with redis", map[string]string{"DATA_DIR": "", "REDIS_URL": "redis://a", "DATA_KEY": "k"}, nil},
		{"fine while rotating", map[string]string{"LINE_CHANNEL_SECRET": "a,b"}, nil},
		{"fine log level", map[string]string{"LOG_LEVEL": "WARN"}, nil},
		{"nothing", map[string]string{"LINE_CHANNEL_SECRET": "", "LINE_CHANNEL_TOKEN": "", "DATA_DIR": ""},
			[]string{"LINE_CHANNEL_SECRET: set it", "LINE_CHANNEL_TOKEN: set it", "REDIS_URL or DATA_DIR: name the store"}},
		{"an empty secret", map[string]string{"LINE_CHANNEL_SECRET": ","}, []string{"LINE_CHANNEL_SECRET: a secret is empty"}},
		{"three secrets", map[string]string{"LINE_CHANNEL_SECRET": "a,b,c"}, []string{"LINE_CHANNEL_SECRET: set it"}},
		{"a blank token", map[string]string{"LINE_CHANNEL_TOKEN": " "}, []string{"LINE_CHANNEL_TOKEN: set it"}},
		{"two stores", map[string]string{"REDIS_URL": "redis://a", "DATA_KEY": "k"}, []string{"REDIS_URL and DATA_DIR: set only one"}},
		{"redis without a key", map[string]string{"DATA_DIR": "", "REDIS_URL": "redis://a"}, []string{"DATA_KEY: set it (or DATA_KEY_FILE); `hogushi keys new` makes one"}},
		{"no key file", map[string]string{"DATA_DIR": "", "REDIS_URL": "redis://a", "DATA_KEY_FILE": "/absent"}, []string{"DATA_KEY_FILE: open /absent"}},
		{"addresses", map[string]string{"LISTEN": "8080", "ADMIN_LISTEN": "localhost"},
			[]string{`LISTEN: "8080" is no address to listen on`, `ADMIN_LISTEN: "localhost" is no address`}},
		{"public address", map[string]string{"PUBLIC_URL": "http://bot.example.jp/"}, []string{`PUBLIC_URL: "http://bot.example.jp" isn't where LINE reaches the bot; write it like https://bot.example.jp, or leave it out`}},
		{"fine public address", map[string]string{"PUBLIC_URL": "https://bot.example.jp"}, nil},
		{"log level", map[string]string{"LOG_LEVEL": "loud"}, []string{`LOG_LEVEL: "loud" is unknown; write debug, info, warn or error`}},
	} {
		vars := map[string]string{"LINE_CHANNEL_SECRET": "a", "LINE_CHANNEL_TOKEN": "t", "DATA_DIR": "d"}
		for name, value := range tt.vars {
			vars[name] = value
		}
		var got []string
		if err := from(vars).CheckServe(); err != nil {
			got = strings.Split(err.Error(), "\n")
		}
		if !begins(got, tt.want) {
			t.Errorf("%s: got\n\t%s\nwant\n\t%s", tt.name, strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"))
		}
	}
}
