// Package ident owns the identities of the registry: typed record ids, the
// unified social credit code, telephone numbers and the clock.
//
// It refuses to know any record, table or rule of procedure; it only says
// whether something is a well-formed name for one.
package ident

import (
	"time"

	"github.com/google/uuid"
)

// ID is the permanent, opaque identity of one record: a UUIDv7 in its
// 36-character lower-case text form. The type parameter keeps the id of a
// premises from being passed where the id of an operator is meant; it costs
// nothing at run time.
type ID[Kind any] string

// The kinds are never instantiated, they only tell ids apart.
type (
	accountKind     struct{}
	authorityKind   struct{}
	operatorKind    struct{}
	premisesKind    struct{}
	streetKind      struct{}
	applicationKind struct{}
	inspectionKind  struct{}
	certificateKind struct{}
	stickerKind     struct{}
	taskKind        struct{}
	noticeKind      struct{}
	objectionKind   struct{}
	importKind      struct{}
	exportKind      struct{}
	appealKind      struct{}
	tokenKind       struct{}
	eventKind       struct{}
	auditKind       struct{}
	messageKind     struct{}
	copyKind        struct{}
	webhookKind     struct{}
	amendmentKind   struct{}
	rectifyKind     struct{}
	plaqueKind      struct{}
	renewalKind     struct{}
	takeoverKind    struct{}
	replyKind       struct{}
	reinspectKind   struct{}
	editionKind     struct{}
	haltKind        struct{}
	bulkKind        struct{}
	moduleKind      struct{}
	pledgeKind      struct{}
	cardKind        struct{}
	returnKind      struct{}
	drawKind        struct{}
	outsiderKind    struct{}
	incidentKind    struct{}
	sampleKind      struct{}
	nudgeKind       struct{}
)

// The ids of the registry's records.
type (
	AccountID     = ID[accountKind]     // 账号
	AuthorityID   = ID[authorityKind]   // 机构
	OperatorID    = ID[operatorKind]    // 经营主体
	PremisesID    = ID[premisesKind]    // 门店
	StreetID      = ID[streetKind]      // 街区、商圈
	ApplicationID = ID[applicationKind] // 申报
	InspectionID  = ID[inspectionKind]  // 核查
	CertificateID = ID[certificateKind] // 称号
	StickerID     = ID[stickerKind]     // 标识（一次印制）
	TaskID        = ID[taskKind]        // 待办
	NoticeID      = ID[noticeKind]      // 公示
	ObjectionID   = ID[objectionKind]   // 异议
	ImportID      = ID[importKind]      // 导入批次
	ExportID      = ID[exportKind]      // 导出
	AppealID      = ID[appealKind]      // 复核申请
	TokenID       = ID[tokenKind]       // 接口令牌
	EventID       = ID[eventKind]       // 办理记录
	AuditID       = ID[auditKind]       // 审计记录
	MessageID     = ID[messageKind]     // 通知
	CopyID        = ID[copyKind]        // 通知的一份（一人一渠道）
	WebhookID     = ID[webhookKind]     // 推送地址
	EditionID     = ID[editionKind]     // 称号项目版本
	HaltID        = ID[haltKind]        // 暂停颁发
	BulkID        = ID[bulkKind]        // 批量处置
	AmendmentID   = ID[amendmentKind]   // 核查记录的补正
	ModuleID      = ID[moduleKind]      // 检查表模块的一个版本
	PledgeID      = ID[pledgeKind]      // 无理由退货承诺
	CardID        = ID[cardKind]        // 黄牌、红牌
	ReturnID      = ID[returnKind]      // 退货台账的一条
	TestDrawID    = ID[drawKind]        // 体验式退货的抽取
	OutsiderID    = ID[outsiderKind]    // 街区内未登记的商户
	IncidentID    = ID[incidentKind]    // 街区内的重大事件
	SampleID      = ID[sampleKind]      // 街区抽查
	NudgeID       = ID[nudgeKind]       // 管理方的提醒

	RectificationID = ID[rectifyKind]   // 整改通知
	PlaqueID        = ID[plaqueKind]    // 牌匾收回
	RenewalID       = ID[renewalKind]   // 续期、换发
	TakeoverID      = ID[takeoverKind]  // 门店承接
	ReplyID         = ID[replyKind]     // 公布结果旁的答复
	ReinspectionID  = ID[reinspectKind] // 复查申请
)

// New makes a fresh id. UUIDv7 starts with the time in milliseconds, so rows
// made later sort later and indexes grow at one end.
func New[I ~string]() I {
	return I(uuid.Must(uuid.NewV7()).String())
}

// IsID reports whether s has the text form of an id made by [New].
func IsID(s string) bool {
	if len(s) != 36 {
		return false
	}
	_, err := uuid.Parse(s)
	return err == nil
}

// Clock tells the time. Everything that decides by time takes one, so that
// tests and the demo seed can live in any year.
type Clock func() time.Time

// System is the clock of the machine, in UTC and whole microseconds: the
// finest grain that both databases give back unchanged.
func System() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Now reads c, or the system clock when c is nil.
func (c Clock) Now() time.Time {
	if c == nil {
		return System()
	}
	return c().UTC().Truncate(time.Microsecond)
}

// Fixed is a clock that stands still at t.
func Fixed(t time.Time) Clock { return func() time.Time { return t } }

// Beijing is the zone of every deadline and every date shown to a person
// (北京时间, UTC+8 without daylight saving since 1991).
var Beijing = time.FixedZone("Asia/Shanghai", 8*60*60)
