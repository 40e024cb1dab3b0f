package graphtest

import (
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// AccountOption says how Graph shows an account.
type AccountOption func(*accountSettings)

type accountSettings struct {
	traits
	user backend.User
}

// WithCID sets the account's id, 16 lower-case hexadecimal digits, such as one that begins with zeros.
func WithCID(id string) AccountOption { return func(a *accountSettings) { a.user.ID = id } }

// WithProfile sets the rest of the profile.
func WithProfile(change func(*backend.User)) AccountOption {
	return func(a *accountSettings) { change(&a.user) }
}

// WithNewIDs gives items the ids of the new store: CID!s and 32 hexadecimal digits.
func WithNewIDs() AccountOption { return func(a *accountSettings) { a.newIDs = true } }

// WithoutZeros drops the leading zeros of the drive's id.
func WithoutZeros() AccountOption { return func(a *accountSettings) { a.dropZeros = true } }

// WithMixedCase gives the drive's id in lower case by the drive itself, and in upper case by items.
func WithMixedCase() AccountOption { return func(a *accountSettings) { a.mixedCase = true } }

// WithBrokenDrive makes /me/drive a drive that cannot be opened; the one that can is among /me/drives.
func WithBrokenDrive() AccountOption { return func(a *accountSettings) { a.brokenDrive = true } }

// WithVault puts a folder into the root that cannot be listed: the Personal Vault.
func WithVault() AccountOption { return func(a *accountSettings) { a.vault = true } }

// WithRetiredLists makes recent and sharedWithMe empty, as they are to be after November 2026.
func WithRetiredLists() AccountOption { return func(a *accountSettings) { a.retired = true } }

// traits are how Graph shows an account: what differs between the personal accounts of today.
type traits struct {
	newIDs      bool // CID!s and 32 hex digits, in place of CID!number
	dropZeros   bool // driveIds come without their leading zeros
	mixedCase   bool // the same driveId comes in lower case here, and in upper case there
	brokenDrive bool // the first drive that is offered cannot be opened
	vault       bool // the root has a folder that cannot be listed
	retired     bool // recent and sharedWithMe give nothing any more
}

// client is an application that the operator registered.
type client struct {
	id, secret string // without a secret it is a public client
	redirects  []string
}

// consumersTenant is the tenant that all personal accounts are of.
const consumersTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// The applications that are registered at every server: one for programs that cannot keep a secret, one that has one.
const (
	PublicClientID       = "5c0f7e3a-6d0e-4c27-9d5e-000000000001"
	ConfidentialClientID = "5c0f7e3a-6d0e-4c27-9d5e-000000000002"
	ClientSecret         = "graphtest-client-secret"
)

// Option changes how a server is set up.
type Option func(*settings)

type settings struct {
	now            func() time.Time
	quota          int64
	keep           int64
	simpleLimit    int64
	tokenLife      time.Duration
	deviceInterval int
	oneTimeRefresh bool
	ignoresTokens  bool
	clients        map[string]client
	recorder       func(Exchange)
	first          []AccountOption
}

// WithClock makes the server take the time from now.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// WithQuota sets the storage of each account in bytes; the default is 25 GiB.
func WithQuota(bytes int64) Option { return func(s *settings) { s.quota = bytes } }

// WithContentLimit makes the server keep the content of uploads only up to this size in bytes; see [Account.Digest].
func WithContentLimit(bytes int64) Option { return func(s *settings) { s.keep = bytes } }

// WithSimpleLimit sets how large a file may be that comes in one request; the default is 250 MB, and was 4 MB once.
func WithSimpleLimit(bytes int64) Option { return func(s *settings) { s.simpleLimit = bytes } }

// WithTokenLife sets for how long access tokens are good; the default is an hour.
func WithTokenLife(d time.Duration) Option { return func(s *settings) { s.tokenLife = d } }

// WithDeviceInterval sets how many seconds clients of the device flow are told to wait; the default is 5.
func WithDeviceInterval(seconds int) Option { return func(s *settings) { s.deviceInterval = seconds } }

// WithOneTimeRefreshTokens makes each refresh token good for one use. Microsoft's stay good when a new one has come.
func WithOneTimeRefreshTokens() Option { return func(s *settings) { s.oneTimeRefresh = true } }

// WithTokensIgnored makes the hosts of files ignore a token that comes along, as they did once: clients of before 2024 rely
// on it. Today it is refused with 401.
func WithTokensIgnored() Option { return func(s *settings) { s.ignoresTokens = true } }

// WithClient registers another application. Without a secret it is a public client.
func WithClient(id, secret string, redirects ...string) Option {
	return func(s *settings) { s.clients[id] = client{id: id, secret: secret, redirects: redirects} }
}

// WithRecorder hands every exchange to record, which has to be safe for concurrent use.
func WithRecorder(record func(Exchange)) Option { return func(s *settings) { s.recorder = record } }

// WithAccount sets how the account is that every server has.
func WithAccount(opts ...AccountOption) Option { return func(s *settings) { s.first = opts } }
