package main

import (
	"context"
	"errors"
	"fmt"

	"hogushi/bot/seal"
	"hogushi/config"
)

// keys makes and rotates data keys. They go to Stdout and nowhere else.
func (c *command) keys(_ context.Context, args []string) error {
	f := flags("keys", "keys new | keys rotate")
	if err := c.parse(f, args, 1, 1); err != nil {
		return err
	}
	var text, note string
	var err error
	switch f.Arg(0) {
	case "new":
		text, err = seal.New()
		note = "This is the DATA_KEY. Keep a copy apart from the data: without it nothing can be read again."
	case "rotate":
		text, err = config.FromEnvironment(c.Getenv).Key()
		if err == nil && text == "" {
			err = errors.New("set DATA_KEY, or DATA_KEY_FILE, to the present key")
			if file, e := config.KeyFile(); e == nil {
				err = fmt.Errorf("%w (with DATA_DIR alone it is in %s)", err, file)
			}
		}
		if err != nil {
			return usageError{err}
		}
		text, err = seal.Rotate(text)
		note = "This is the new DATA_KEY; it reads what the present one has sealed, but not the other way round. Keep a copy apart from the data."
	default:
		return c.misused(f)
	}
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(c.Stdout, text); err != nil {
		return fmt.Errorf("write the key: %w", err)
	}
	fmt.Fprintln(c.Stderr, note)
	return nil
}
