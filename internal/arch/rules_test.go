package arch

import "regexp"

// leaves are packages of pure rules and data. They import only each other, and
// nothing that speaks to a database or a network.
var leaves = []string{
	"internal/ident", "internal/fault", "internal/lifecycle", "internal/access",
	"internal/calendar", "internal/division", "internal/badgecode", "internal/checklist",
	"internal/sector", "internal/qr", "internal/poster", "internal/tabular", "internal/i18n",
	"internal/geo", "internal/record", "internal/deadline", "internal/quorum",
}

// platform is what all slices stand on. It knows the leaves and itself.
var platform = []string{
	"internal/config", "internal/valid", "internal/db", "internal/audit", "internal/jobs", "internal/usecase",
}

// A fence says which files may import a package and those beneath it. Tests
// are free: they look behind the doors.
type fence struct {
	pkg     string
	allowed []string // see match
	why     string
}

var fences = []fence{
	{"github.com/uptrace/bun", []string{"store.go", "store_*.go", "internal/db/...", "internal/audit/...", "internal/usecase/...", "internal/jobs/...", "internal/testkit/...", "migrations/..."},
		"a slice speaks SQL in its store.go only"},
	{"database/sql", []string{"store.go", "store_*.go", "internal/db/...", "internal/audit/...", "internal/usecase/...", "internal/jobs/...", "internal/testkit/...", "internal/app/...", "migrations/..."},
		"a slice speaks SQL in its store.go only"},
	{"github.com/danielgtaylor/huma", []string{"api.go", "api_*.go", "internal/httpapi/...", "internal/app/..."},
		"a slice speaks HTTP in its api.go only"},
	{"github.com/skip2/go-qrcode", []string{"internal/qr/..."}, "QR codes are drawn in one place"},
	{"github.com/go-playground/validator", []string{"internal/valid/...", "internal/config/..."}, "there is one validator"},
	{"github.com/riverqueue", []string{"internal/jobs/..."}, "the queue is known to one package"},
	{"github.com/jackc/pgx", []string{"internal/db/..."}, "drivers are known to one package"},
	{"modernc.org/sqlite", []string{"internal/db/..."}, "drivers are known to one package"},
	{"github.com/xuri/excelize", []string{"internal/tabular/..."}, "tables are read and written in one place"},
	{"github.com/signintech/gopdf", []string{"internal/poster/..."}, "PDFs are drawn in one place"},
	{"github.com/caarlos0/env", []string{"internal/config/..."}, "the environment is read in one place"},
	{"github.com/alexedwards/argon2id", []string{"internal/account/..."}, "passwords are known to one package"},
	{"C", nil, "the program is built without cgo"},
	{"unsafe", nil, "nothing here needs it"},

	{"net/http", []string{"api.go", "api_*.go", "internal/httpapi/...", "internal/web/...", "internal/app/...", "internal/account/...", "internal/clientip/...", "internal/sms/...", "internal/wechat/...", "internal/webhook/...", "internal/retryafter/...", "internal/jobs/...", "internal/bench/..."},
		"use-cases do not know HTTP"},
	{"net/smtp", []string{"internal/mail/..."}, "mail is sent in one place"},
	{"fangxin/internal/httpapi", []string{"api.go", "api_*.go", "internal/httpapi/...", "internal/web/...", "internal/app/...", "internal/account/...", "internal/bench/..."},
		"use-cases do not know HTTP; pages and sign-in share only its way to say an error"},
	{"fangxin/internal/web", []string{"internal/web/...", "internal/app/...", "internal/demo/..."}, "nothing stands on the pages but the program"},
	{"fangxin/internal/app", []string{"internal/app/...", "cmd/...", "internal/demo/...", "internal/bench/..."}, "nothing stands on the program"},
	{"fangxin/internal/testkit", []string{"internal/testkit/..."}, "it is for tests"},
	{"fangxin/internal/db/dbtest", []string{"internal/db/dbtest/...", "internal/testkit/..."}, "it is for tests"},
	{"fangxin/internal/db/pgtest", []string{"internal/db/dbtest/...", "internal/db/pgtest/...", "internal/bench/..."}, "it is for tests and measurements"},
	{"testing", []string{"internal/db/dbtest/...", "internal/db/pgtest/...", "internal/testkit/..."}, "it is for tests"},
}

// harmless are parts of fenced packages that only define interfaces.
var harmless = []string{"database/sql/driver"}

// A wall says what the files of a place must not import.
type wall struct {
	place     []string
	forbidden []string
	why       string
}

var walls = []wall{
	{beneath(leaves), []string{"database/sql", "net/http", "github.com/uptrace/bun", "github.com/danielgtaylor/huma", "github.com/riverqueue", "os/exec"},
		"a leaf does no I/O"},
	{[]string{"internal/web/..."}, []string{"database/sql", "fangxin/internal/db", "fangxin/migrations"},
		"pages call use-cases, never SQL"},
	{[]string{"cmd/..."}, []string{"database/sql", "fangxin/internal/db", "net/http"}, "commands hold no logic"},
}

// A ring says which of our own packages a place may import.
type ring struct {
	place, allowed []string
	why            string
}

var rings = []ring{
	{leaves, append([]string{"assets"}, leaves...), "a leaf imports leaves only"},
	{platform, append(append([]string{"assets", "migrations"}, leaves...), platform...), "the platform does not know the slices"},
}

// An exception lets one file break one rule. It falls when it is not needed.
type exception struct {
	file, what string // what: the import, or the words found
	why        string
}

var exceptions = []exception{
	{"internal/badge/service.go", "database/sql", "keeps the prepared statement of a scan, which store.go makes"},
	{"assets/scan/scan.html", "<style", "a scan is one request; the policy names the style by its hash"},
}

// topLevel is all that may stand in the root, besides names with a dot in front.
var topLevel = []string{
	"cmd", "internal", "migrations", "openapi", "assets", "go.mod", "go.sum", "Makefile",
	"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE",
}

// maxLines is the longest a Go file may be that people write.
const maxLines = 450

// A phrase must not stand in files of some names.
type phrase struct {
	in  []string // base names, see match; empty for all
	bad *regexp.Regexp
	// but lets words pass that match it too.
	but *regexp.Regexp
	why string
}

var phrases = []phrase{
	{[]string{"*.go", "*.js", "*.css", "*.html", "*.sql", "*.sh", "Makefile"}, regexp.MustCompile(`\b(TO[D]O|FIX[M]E|X{3})\b`), nil,
		"finish it, or leave it out and say so"},
	{nil, regexp.MustCompile(`proxy\.golang\.org|sum\.golang\.org|goproxy\.(io|cn)|registry\.npmjs|npm[m]irror|pypi\.org|deb\.debian\.org`), nil,
		"where packages come from is a matter of each machine"},
	{nil, regexp.MustCompile("(^|[\\s\"'`(=:])/(work|root|tmp/plan)/"), nil, "a path of one machine"},
	{[]string{"*.html"}, regexp.MustCompile(`(?i)<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|<script[^>]*>`), regexp.MustCompile(`<script[^>]*\ssrc=`),
		"the security policy allows no script or style inside a page"},
}

// foreign are files of others that are kept as they came.
var foreign = []string{"*.min.js", "*.min.css", "LICENSE*", "go.sum"}
