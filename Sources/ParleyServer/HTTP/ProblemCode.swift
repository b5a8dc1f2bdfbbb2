package import HTTPTypes

/// What went wrong, as a stable word for programs, with the status and the title that belong to it.
package struct ProblemCode: Sendable, Hashable, CustomStringConvertible {
    /// The word, snake_case; it never changes its meaning.
    package let word: String
    /// The HTTP status that it is answered with.
    package let status: HTTPResponse.Status
    /// A short sentence for people, the same for every occurrence.
    package let title: String

    private init(_ word: String, _ status: HTTPResponse.Status, _ title: String) {
        self.word = word
        self.status = status
        self.title = title
    }

    /// The word.
    package var description: String { word }

    /// The body is not JSON, or not of the shape asked for.
    package static let badJSON = ProblemCode("bad_json", .badRequest, "The body is not the JSON asked for")
    /// A field is missing or its value is not allowed.
    package static let invalidField = ProblemCode("invalid_field", .badRequest, "A field is not valid")
    /// A text is over the limit.
    package static let textTooLong = ProblemCode("text_too_long", .badRequest, "The text is too long")
    /// A text names too many members.
    package static let tooManyMentions = ProblemCode(
        "too_many_mentions", .badRequest, "The text names too many members")
    /// A search without a word or a filter.
    package static let emptyQuery = ProblemCode("empty_query", .badRequest, "There is nothing to look for")
    /// A search over the limit.
    package static let queryTooLong = ProblemCode("query_too_long", .badRequest, "The query is too long")
    /// A room's slug that only the server gives.
    package static let reservedName = ProblemCode("reserved_name", .badRequest, "The name is reserved")
    /// A `seq` beyond the head of the room's log.
    package static let invalidSeq = ProblemCode("invalid_seq", .badRequest, "No such place in the room's log")
    /// A message names more files than one may carry.
    package static let tooManyFiles = ProblemCode("too_many_files", .badRequest, "Too many files for one message")
    /// The body is not the form asked for.
    package static let badMultipart = ProblemCode("bad_multipart", .badRequest, "The body is not the form asked for")
    /// The request is not HTTP as asked for, in no way that has a word of its own.
    package static let badRequest = ProblemCode("bad_request", .badRequest, "The request is not valid")
    /// A request for `/ws` that is no WebSocket handshake.
    package static let badHandshake = ProblemCode("bad_handshake", .badRequest, "Not a WebSocket handshake")
    /// A WebSocket version other than 13.
    package static let unsupportedVersion = ProblemCode(
        "unsupported_version", .upgradeRequired, "Use WebSocket version 13")

    /// No token came with the request.
    package static let noToken = ProblemCode("no_token", .unauthorized, "Log in first")
    /// A token that this server did not issue or does not accept.
    package static let invalidToken = ProblemCode("invalid_token", .unauthorized, "The token is not valid")
    /// The token's time is over.
    package static let tokenExpired = ProblemCode("token_expired", .unauthorized, "The token has expired")
    /// The token's session was ended.
    package static let sessionRevoked = ProblemCode("session_revoked", .unauthorized, "The session was revoked")
    /// A refresh token was used twice; its session is revoked now.
    package static let refreshReuse = ProblemCode(
        "refresh_reuse", .unauthorized, "The refresh token was used before; the session is revoked")
    /// The username or the password is wrong, or the account is disabled.
    package static let invalidCredentials = ProblemCode(
        "invalid_credentials", .unauthorized, "The username or the password is wrong")
    /// The account has a second factor and none, or a wrong one, was given.
    package static let totpRequired = ProblemCode("totp_required", .unauthorized, "A second factor is needed")

    /// The request comes from a page that may not make it.
    package static let originNotAllowed = ProblemCode("origin_not_allowed", .forbidden, "The origin is not allowed")
    /// The account is disabled.
    package static let accountDisabled = ProblemCode("account_disabled", .forbidden, "The account is disabled")
    /// A bot is used from an address that it is not bound to.
    package static let addressNotAllowed = ProblemCode(
        "address_not_allowed", .forbidden, "The address is not allowed")
    /// The caller is not a member of the room.
    package static let notAMember = ProblemCode("not_a_member", .forbidden, "Not a member of the room")
    /// The caller's role does not allow it.
    package static let forbidden = ProblemCode("forbidden", .forbidden, "Not allowed")
    /// The caller is muted in the room.
    package static let muted = ProblemCode("muted", .forbidden, "Muted in the room")
    /// The caller is banned from the room.
    package static let banned = ProblemCode("banned", .forbidden, "Banned from the room")
    /// The message is another's.
    package static let notTheAuthor = ProblemCode("not_the_author", .forbidden, "Somebody else's message")
    /// The message is too old to be edited.
    package static let editWindowClosed = ProblemCode(
        "edit_window_closed", .forbidden, "The message is too old to be edited")
    /// Accounts are made by administrators only.
    package static let registrationClosed = ProblemCode("registration_closed", .forbidden, "Registration is closed")
    /// Registration needs an invite and none was given.
    package static let inviteRequired = ProblemCode("invite_required", .forbidden, "An invite is needed")
    /// The invite is used up, expired or unknown.
    package static let invalidInvite = ProblemCode("invalid_invite", .forbidden, "The invite is not valid")

    /// The user's files take all the space that they may.
    package static let quotaExceeded = ProblemCode("quota_exceeded", .forbidden, "The quota of files is used up")

    /// No such path.
    package static let notFound = ProblemCode("not_found", .notFound, "Not found")
    /// No such room, or none that the caller may see.
    package static let roomNotFound = ProblemCode("room_not_found", .notFound, "No such room")
    /// No message at that place of the room's log.
    package static let notAMessage = ProblemCode("not_a_message", .notFound, "No such message")
    /// The message was deleted.
    package static let messageDeleted = ProblemCode("message_deleted", .gone, "The message was deleted")
    /// No such file, or none that the caller may use.
    package static let fileNotFound = ProblemCode("file_not_found", .notFound, "No such file")
    /// No such webhook, or a wrong secret.
    package static let webhookNotFound = ProblemCode("webhook_not_found", .notFound, "No such webhook")
    /// No such user.
    package static let userNotFound = ProblemCode("user_not_found", .notFound, "No such user")
    /// No such session.
    package static let sessionNotFound = ProblemCode("session_not_found", .notFound, "No such session")
    /// No such signing key.
    package static let keyNotFound = ProblemCode("key_not_found", .notFound, "No such key")
    /// No such invite.
    package static let inviteNotFound = ProblemCode("invite_not_found", .notFound, "No such invite")
    /// The path exists, with other methods.
    package static let methodNotAllowed = ProblemCode("method_not_allowed", .methodNotAllowed, "Method not allowed")
    /// The request took too long to arrive.
    package static let requestTimeout = ProblemCode("request_timeout", .requestTimeout, "The request took too long")
    /// The username is taken.
    package static let usernameTaken = ProblemCode("username_taken", .conflict, "The username is taken")
    /// The account has a second factor already.
    package static let totpEnabled = ProblemCode("totp_enabled", .conflict, "The second factor is on already")
    /// The room's slug is taken.
    package static let roomExists = ProblemCode("room_exists", .conflict, "The room exists already")
    /// The room has all the members that it may have.
    package static let roomFull = ProblemCode("room_full", .conflict, "The room has all the members it may have")
    /// The user is a member of all the rooms that one user may be in.
    package static let tooManyRooms = ProblemCode("too_many_rooms", .conflict, "The user is in too many rooms")
    /// The room has all the webhooks that it may have.
    package static let tooManyWebhooks = ProblemCode(
        "too_many_webhooks", .conflict, "The room has all the webhooks it may have")
    /// A direct room cannot be left.
    package static let directRoom = ProblemCode("direct_room", .conflict, "That does not go for direct rooms")
    /// The room is read-only.
    package static let roomArchived = ProblemCode("room_archived", .conflict, "The room is archived")
    /// The room's slow mode asks for a pause.
    package static let slowMode = ProblemCode("slow_mode", .tooManyRequests, "The room is in slow mode")
    /// The room would be left without an owner.
    package static let lastOwner = ProblemCode("last_owner", .conflict, "The last owner may not leave the room")
    /// The message has all the different emoji that it may have.
    package static let tooManyReactions = ProblemCode(
        "too_many_reactions", .conflict, "The message has all the different emoji it may have")
    /// The body is over its limit.
    package static let bodyTooLarge = ProblemCode("body_too_large", .contentTooLarge, "The body is too large")
    /// An uploaded file is over its limit.
    package static let fileTooLarge = ProblemCode("file_too_large", .contentTooLarge, "The file is too large")
    /// The range has nothing of the file.
    package static let rangeNotSatisfiable = ProblemCode(
        "range_not_satisfiable", .rangeNotSatisfiable, "The range is beyond the file's end")
    /// The content type is not the one asked for.
    package static let unsupportedMediaType = ProblemCode(
        "unsupported_media_type", .unsupportedMediaType, "The content type is not the one asked for")
    /// The head is over its limit.
    package static let headTooLarge = ProblemCode(
        "head_too_large", .requestHeaderFieldsTooLarge, "The request's head is too large")
    /// A rate is over its limit; `Retry-After` says when to come back.
    package static let tooManyRequests = ProblemCode("too_many_requests", .tooManyRequests, "Too many requests")

    /// Something failed that is no fault of the caller.
    package static let internalError = ProblemCode("internal", .internalServerError, "The server failed")
    /// A queue or a count of connections is full.
    package static let overloaded = ProblemCode("overloaded", .serviceUnavailable, "The server is at its limit")
    /// A search was given up.
    package static let searchTimeout = ProblemCode(
        "search_timeout", .serviceUnavailable, "The search took too long")
    /// The server is about to stop.
    package static let draining = ProblemCode("draining", .serviceUnavailable, "The server is restarting")
    /// The disk does not take what must be durable.
    package static let storageUnavailable = ProblemCode(
        "storage_unavailable", .serviceUnavailable, "The storage does not take writes")

    /// Every code.
    package static let all: [ProblemCode] = [
        badJSON, invalidField, textTooLong, tooManyMentions, reservedName, invalidSeq, tooManyFiles, badMultipart,
        badRequest, badHandshake, emptyQuery, queryTooLong,
        unsupportedVersion, noToken, invalidToken, tokenExpired, sessionRevoked, refreshReuse,
        invalidCredentials, totpRequired, originNotAllowed, accountDisabled, addressNotAllowed, notAMember, forbidden,
        muted,
        banned, notTheAuthor, editWindowClosed, notAMessage, messageDeleted, tooManyReactions, roomArchived, slowMode,
        registrationClosed,
        inviteRequired, invalidInvite, quotaExceeded, notFound, roomNotFound, fileNotFound, webhookNotFound,
        userNotFound, tooManyWebhooks,
        sessionNotFound, keyNotFound, inviteNotFound, methodNotAllowed, requestTimeout, usernameTaken, totpEnabled,
        roomExists, roomFull, tooManyRooms, directRoom, lastOwner, bodyTooLarge, fileTooLarge,
        rangeNotSatisfiable, unsupportedMediaType,
        headTooLarge, tooManyRequests, internalError, overloaded, searchTimeout, draining, storageUnavailable,
    ]

    private static let byWord = Dictionary(uniqueKeysWithValues: all.map { ($0.word, $0) })

    /// The code of a word that another part of the server gave an error; nil for an unknown one.
    package init?(word: String) {
        guard let code = Self.byWord[word] else { return nil }
        self = code
    }
}
