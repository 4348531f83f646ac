package main

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"wangpan/accounts"
	"wangpan/daemon/control"
	"wangpan/wire"
)

// accountCommands are the commands about accounts, all under `wangpand account`.
type accountCommands struct {
	*program
	json bool
}

func (p *program) accountCommand() *cobra.Command {
	c := &accountCommands{program: p}
	group := &cobra.Command{
		Use:   "account",
		Short: "look after the accounts, beside a running daemon or without one",
		Long: "Look after the accounts of a data folder. Beside a running daemon the commands go through it and " +
			"have effect at once; without one they open accounts.xlsx themselves.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return errors.New("which of the account commands? see --help") },
	}
	group.PersistentFlags().BoolVar(&c.json, "json", false, "answer for machines, one object a line")
	group.AddCommand(
		c.listCommand(), c.addCommand(), c.passwdCommand(), c.quotaCommand(), c.entriesCommand(),
		c.simpleCommand(control.Disable, "let nobody log in to it, and end its sessions", "%s is disabled, and its sessions end now\n"),
		c.simpleCommand(control.Enable, "let its owner log in again", "%s is active\n"),
		c.removeCommand(), c.checkCommand(), c.restoreCommand(),
	)
	return group
}

// command makes one whose arguments are checked before it has begun.
func (c *accountCommands) command(use, short string, args cobra.PositionalArgs, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		c.begun = true
		return run(cmd, args)
	}}
}

// change has a request done and says what the account is now: to machines as it
// is, to people in a sentence with its name.
func (c *accountCommands) change(cmd *cobra.Command, r control.Request, sentence string) error {
	done, err := c.ask(cmd.Context(), r)
	if err != nil {
		return err
	}
	for _, a := range done.Accounts {
		if c.json {
			return c.printJSON(a)
		}
		fmt.Fprintf(c.stdout, sentence, visible(a.Name))
	}
	return nil
}

func (c *accountCommands) listCommand() *cobra.Command {
	return c.command("list [NAME]", "list the accounts", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		done, err := c.ask(cmd.Context(), control.Request{Command: control.List, Name: strings.Join(args, "")})
		if err != nil {
			return err
		}
		return c.printAccounts(done.Accounts)
	})
}

func (c *accountCommands) addCommand() *cobra.Command {
	var file, quota string
	cmd := c.command("add NAME", "make an account", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		quota, err := quotaArgument(quota)
		if err != nil {
			return err
		}
		password, err := c.newPassword(cmd.Context(), file, args[0], control.Add)
		if err != nil {
			return err
		}
		return c.change(cmd, control.Request{Command: control.Add, Name: args[0], Password: password, Quota: quota}, "%s can log in now\n")
	})
	passwordFlag(cmd, &file)
	cmd.Flags().StringVar(&quota, "quota", "", "how much it may store, such as 10GB, or unlimited; the server's default when left out")
	return cmd
}

func (c *accountCommands) passwdCommand() *cobra.Command {
	var file string
	cmd := c.command("passwd NAME", "set a new password, and end the account's sessions", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		password, err := c.newPassword(cmd.Context(), file, args[0], control.Passwd)
		if err != nil {
			return err
		}
		return c.change(cmd, control.Request{Command: control.Passwd, Name: args[0], Password: password}, "%s has a new password, and its sessions end now\n")
	})
	passwordFlag(cmd, &file)
	return cmd
}

func passwordFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "password-file", "", "file whose first line is the password; - is stdin; asked for when left out")
}

func (c *accountCommands) quotaCommand() *cobra.Command {
	return c.command("quota NAME SIZE", "say how much it may store: 10GB, unlimited, or default", cobra.MinimumNArgs(2),
		func(cmd *cobra.Command, args []string) error {
			size, err := quotaArgument(strings.Join(args[1:], " ")) // 10 GB is easily typed without quotes
			if err != nil {
				return err
			}
			return c.limit(cmd, control.Request{Command: control.Quota, Name: args[0], Quota: size}, "%s may store: %s\n", quotaOf)
		})
}

func (c *accountCommands) entriesCommand() *cobra.Command {
	return c.command("entries NAME NUMBER", "limit its files and folders, with the trash: 50000, unlimited, or default", cobra.ExactArgs(2),
		func(cmd *cobra.Command, args []string) error {
			number := args[1]
			if strings.EqualFold(number, "default") {
				number = ""
			}
			if _, err := accounts.ParseEntryLimit(number); err != nil {
				return usagef("%q is no entry limit: give a whole number such as 50000, unlimited, or default", number)
			}
			return c.limit(cmd, control.Request{Command: control.Entries, Name: args[0], Entries: number}, "%s may have entries: %s\n", entryLimitOf)
		})
}

// limit changes a limit of an account and prints the result.
func (c *accountCommands) limit(cmd *cobra.Command, r control.Request, sentence string, text func(control.Account) string) error {
	done, err := c.ask(cmd.Context(), r)
	if err != nil {
		return err
	}
	for _, a := range done.Accounts {
		if c.json {
			return c.printJSON(a)
		}
		fmt.Fprintf(c.stdout, sentence, visible(a.Name), text(a))
	}
	return nil
}

// quotaArgument is what a quota typed by the administrator means to the book.
func quotaArgument(typed string) (string, error) {
	if strings.EqualFold(typed, "default") {
		return "", nil
	}
	if _, err := accounts.ParseQuota(typed); err != nil {
		return "", usagef("%q is no quota: give a size such as 10GB, unlimited, or default", typed)
	}
	return typed, nil
}

// simpleCommand makes one that takes nothing but the name.
func (c *accountCommands) simpleCommand(command control.Command, short, sentence string) *cobra.Command {
	return c.command(string(command)+" NAME", short, cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		return c.change(cmd, control.Request{Command: command, Name: args[0]}, sentence)
	})
}

func (c *accountCommands) removeCommand() *cobra.Command {
	return c.command("remove NAME", "take it out of the book; its files stay", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		done, err := c.ask(cmd.Context(), control.Request{Command: control.Remove, Name: args[0]})
		if err != nil {
			return err
		}
		for _, a := range done.Accounts {
			files := filepath.Join(c.data, "drives", a.Folder)
			if c.json {
				return c.printJSON(removed{a.Name, files})
			}
			fmt.Fprintf(c.stdout, "%s is removed; the files stay in %s\n", visible(a.Name), visible(files))
		}
		return nil
	})
}

// removed is the JSON of remove.
type removed struct {
	Name  string `json:"name"`
	Files string `json:"files"` // where they stay
}

func (c *accountCommands) restoreCommand() *cobra.Command {
	var from string
	cmd := c.command("restore", "put a backup in the place of a damaged accounts.xlsx", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
		if running, err := control.Dial(cmd.Context(), c.data); err == nil {
			_ = running.Close()
			return accounts.ErrInUse
		}
		if err := c.prepare(false); err != nil {
			return err
		}
		done, err := accounts.Restore(c.workbook(), c.backup(from), accounts.Options{Log: newLog(c.stderr, "text", slog.LevelWarn)})
		if err != nil {
			return err
		}
		return c.printRestored(done)
	})
	cmd.Flags().StringVar(&from, "from", "", "the workbook to take: a path, or the name of a backup; the newest good backup when left out")
	return cmd
}

// backup is the path of a workbook to restore from: a mere name is that of a backup.
func (c *accountCommands) backup(from string) string {
	if from == "" || filepath.Base(from) != from {
		return from
	}
	return filepath.Join(c.data, "accounts.backups", from)
}

func (c *accountCommands) checkCommand() *cobra.Command {
	return c.command("check", "read workbook, journal and backups through, and change nothing", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
		done, err := c.ask(cmd.Context(), control.Request{Command: control.Check})
		if err == nil && done.Report == nil {
			err = wire.Errorf(wire.Internal, "the daemon answers without a report")
		}
		if err != nil {
			return err
		}
		return c.printReport(done.Report)
	})
}
