package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"fangxin/internal/i18n"
	"fangxin/internal/record"
)

// errBroken makes the command end with 1 when a record does not hold.
var errBroken = errors.New("the record does not hold")

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "check what was exported, without a database"}
	cmd.AddCommand(auditInspectionCommand())
	return cmd
}

func auditInspectionCommand() *cobra.Command {
	var files, seal, lang string
	cmd := &cobra.Command{
		Use: "inspection FILE", Short: "recompute hashes, score and corrections of an exported inspection record (核查记录)", Args: cobra.ExactArgs(1),
		Long: "FILE is record.json or the archive with the photos (record.zip). Says what holds and what does not;\n" +
			"ends with 0 when everything that could be checked holds, else with 1.",
		RunE: func(cmd *cobra.Command, args []string) error {
			data, ev, done, err := openExport(args[0], files)
			if err != nil {
				return err
			}
			defer done()
			ev.Seal = strings.ToLower(strings.TrimSpace(seal))
			rep := record.Audit(data, ev)
			if err := rep.Write(cmd.OutOrStdout(), lang); err != nil {
				return err
			}
			if !rep.OK() {
				return errBroken
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&files, "files", "", "folder or archive with the photos")
	f.StringVar(&seal, "seal", "", "hash printed on the paper record, to be found in the file")
	f.StringVar(&lang, "lang", systemLang(), "zh or en")
	return cmd
}

// systemLang is the language that the environment asks for; English unless it
// is Chinese, because a terminal without a setting may show no Chinese.
func systemLang() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "zh") {
				return i18n.Zh
			}
			return i18n.En
		}
	}
	return i18n.En
}

// openExport reads the record and finds the photos: in the archive itself, in
// the folder or archive named, or in the folder "files" beside the record.
func openExport(name, files string) (data []byte, ev record.Evidence, done func(), err error) {
	var open []io.Closer
	done = func() {
		for _, c := range open {
			c.Close()
		}
	}
	if strings.EqualFold(filepath.Ext(name), ".zip") {
		z, err := zip.OpenReader(name)
		if err != nil {
			return nil, ev, done, err
		}
		open, ev.Files = append(open, z), z
		if data, err = fs.ReadFile(z, record.RecordName); err != nil {
			return nil, ev, done, fmt.Errorf("%s: %w", name, err)
		}
	} else if data, err = os.ReadFile(name); err != nil {
		return nil, ev, done, err
	}
	switch {
	case strings.EqualFold(filepath.Ext(files), ".zip"):
		z, err := zip.OpenReader(files)
		if err != nil {
			return nil, ev, done, err
		}
		open, ev.Files = append(open, z), z
	case files != "":
		if info, err := os.Stat(files); err != nil || !info.IsDir() {
			return nil, ev, done, fmt.Errorf("%s is neither a folder nor a .zip archive", files)
		}
		ev.Files = os.DirFS(files)
	}
	if dir := filepath.Dir(name); ev.Files == nil {
		if info, err := os.Stat(filepath.Join(dir, record.FilesName)); err == nil && info.IsDir() {
			ev.Files = os.DirFS(dir)
		}
	}
	return data, ev, done, nil
}
