package fault

// The codes of the catalogue.
const (
	Invalid          Code = "invalid-input"
	MalformedRequest Code = "malformed-request"
	UnknownParameter Code = "unknown-parameter"
	TooLarge         Code = "too-large"
	UnsupportedMedia Code = "unsupported-media"
	MethodNotAllowed Code = "method-not-allowed"
	Timeout          Code = "request-timeout"

	Unauthenticated Code = "sign-in-required"
	BadCredentials  Code = "bad-credentials"
	SecondFactor    Code = "second-factor-required"
	Locked          Code = "account-locked"
	Forbidden       Code = "not-allowed"
	OutOfScope      Code = "insufficient-scope"
	CrossOrigin     Code = "cross-origin"

	NotFound Code = "not-found"
	Gone     Code = "gone"

	IllegalStep         Code = "illegal-step"
	FourEyes            Code = "four-eyes"
	ConflictOfInterest  Code = "conflict-of-interest"
	Conflict            Code = "conflict"
	Duplicate           Code = "duplicate"
	StaleVersion        Code = "stale-version"
	VersionRequired     Code = "version-required"
	NotReady            Code = "not-ready"
	TooSoon             Code = "too-soon"
	Excluded            Code = "excluded"
	Halted              Code = "issuance-halted"
	IdempotencyMismatch Code = "idempotency-mismatch"
	InProgress          Code = "in-progress"

	RateLimited Code = "rate-limited"
	Unavailable Code = "unavailable"
	Internal    Code = "internal"
)

// Entry says what a code means, in both languages, and what to do about it.
type Entry struct {
	Code             Code
	TitleZh, TitleEn string
	HelpZh, HelpEn   string
}

// Catalogue is the whole list, in the order in which it is documented.
var Catalogue = []Entry{
	{Invalid, "有内容需要修改", "Some values need changing", "按每一项旁边的提示修改后再提交，其他内容都已保留。", "Change each marked value as its message says and send again; everything else is kept."},
	{MalformedRequest, "请求格式不正确", "The request cannot be read", "请检查请求正文是否为有效的 JSON，字段名的大小写是否正确。", "Check that the body is valid JSON and that the property names have the right case."},
	{UnknownParameter, "有不认识的参数", "Unknown parameter", "删除或改正列出的参数；可用的参数见接口文档。", "Remove or correct the named parameter; the API reference lists those that exist."},
	{TooLarge, "内容太大", "Too large", "请缩小文件或分批提交；上限见提示。", "Send a smaller file or several requests; the limit is named."},
	{UnsupportedMedia, "不支持的文件类型", "Unsupported type", "请使用页面列出的文件类型。", "Use one of the types that the page or the reference lists."},
	{MethodNotAllowed, "此地址不支持该操作", "Method not allowed", "允许的方法见 Allow 响应头。", "The Allow header lists the methods of this address."},
	{Timeout, "等待请求内容超时", "The request took too long to arrive", "请检查网络后重试，已保存的内容不会丢失。", "Check the network and send again; nothing saved is lost."},
	{Unauthenticated, "请先登录", "Please sign in", "登录后会回到这里。", "After signing in you return here."},
	{BadCredentials, "账号、密码或验证码不正确", "Account, password or code is wrong", "请核对后重试；忘记密码请联系本机构管理员。", "Check and try again; if the password is lost, ask your administrator."},
	{SecondFactor, "需要动态验证码", "A one-time code is needed", "请输入验证器应用中显示的六位数字。", "Enter the six digits that your authenticator shows."},
	{Locked, "账号已暂时锁定", "Account locked for now", "连续输错次数过多，请稍后再试或联系管理员解锁。", "Too many wrong attempts: wait, or ask the administrator to unlock it."},
	{Forbidden, "您没有办理此事项的权限", "You may not do this", "如确需办理，请联系有权限的同事或管理员。", "Ask a colleague who may, or your administrator."},
	{OutOfScope, "令牌权限不足", "The token's scopes do not cover this", "请申请包含该权限的令牌。", "Ask for a token with the named scope."},
	{CrossOrigin, "请求来自其他网站", "The request came from another site", "请直接在本网站操作。", "Use this site's own pages."},
	{NotFound, "没有找到", "Not found", "请核对地址或编号；也可能不在您的管辖范围内。", "Check the address or number; it may also lie outside your area."},
	{Gone, "已不再提供", "No longer here", "请从首页重新查找。", "Start again from the front page."},
	{IllegalStep, "当前状态不能进行此操作", "Not possible in the present state", "刷新页面查看最新状态；可办理的操作会显示为按钮。", "Reload to see the present state; what is possible is shown as buttons."},
	{FourEyes, "须由另一位工作人员办理", "Another officer must do this", "同一人不能既承办又批准，请转交同事。", "One person may not both prepare and approve: hand it to a colleague."},
	{ConflictOfInterest, "应当回避", "Conflict of interest", "与本事项有利害关系或参与过核查的人员不能办理，请转交同事。", "Whoever inspected or has an interest may not decide: hand it to a colleague."},
	{Conflict, "与现有情况冲突", "Conflicts with what is there", "请按提示核对后重试。", "Check as the message says and try again."},
	{Duplicate, "已经有一条相同的记录", "There is one already", "请打开已有记录继续办理。", "Open the existing record and go on there."},
	{StaleVersion, "内容刚被他人修改", "Somebody else just changed this", "请查看最新内容后再提交，您填写的内容仍然保留。", "Look at the latest version, then send again; what you typed is kept."},
	{VersionRequired, "缺少版本信息", "A version is required", "请在 If-Match 中带上读取时得到的 ETag。", "Send the ETag you read as If-Match."},
	{NotReady, "条件尚未满足", "Not ready yet", "请先完成列出的事项。", "Complete what is listed first."},
	{TooSoon, "时间未到", "Too early", "请在提示的日期之后办理。", "Come back after the date named."},
	{Excluded, "尚在禁止申报期内", "Excluded for now", "禁止期届满后可以重新申报。", "A new application is possible after the exclusion period."},
	{Halted, "暂停颁发称号", "No titles are issued now", "恢复颁发后再办理；暂停的原因和范围见“暂停颁发”。", "Go on when issuance is resumed; reason and extent stand on the page of halts."},
	{IdempotencyMismatch, "同一幂等键对应了不同内容", "Same Idempotency-Key, other content", "请为新的请求换一个 Idempotency-Key。", "Use a new Idempotency-Key for a new request."},
	{InProgress, "相同的请求正在处理", "The same request is being handled", "请稍候片刻再查询结果。", "Wait a moment and ask again."},
	{RateLimited, "操作太频繁", "Too many requests", "请按 Retry-After 所示时间稍后再试。", "Wait as long as Retry-After says."},
	{Unavailable, "系统暂时无法处理", "Temporarily unavailable", "请稍后再试；已保存的内容不会丢失。", "Try again shortly; nothing saved is lost."},
	{Internal, "系统出了问题", "Something went wrong on our side", "请稍后再试；如仍不行，请把下面的编号告诉我们。", "Try again; if it stays, tell us the reference below."},
}

// Lookup gives the entry of a code; an unknown code reads as [Internal].
func Lookup(code Code) Entry {
	for _, e := range Catalogue {
		if e.Code == code {
			return e
		}
	}
	return Lookup(Internal)
}

// Title gives the entry's title in Chinese, or in English for "en".
func (e Entry) Title(lang string) string {
	if lang == "en" {
		return e.TitleEn
	}
	return e.TitleZh
}

// Help gives the entry's way out in Chinese, or in English for "en".
func (e Entry) Help(lang string) string {
	if lang == "en" {
		return e.HelpEn
	}
	return e.HelpZh
}
