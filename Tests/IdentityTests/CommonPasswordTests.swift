import CommonPasswords
import Testing

@testable import Identity

@Suite("Common passwords")
struct CommonPasswordTests {
    @Test("are more than ten thousand, sorted, and every one of them is found")
    func everyone() throws {
        let start = UnsafeRawPointer(CommonPasswords_start())
        let text = String(
            decoding: UnsafeRawBufferPointer(start: start, count: UnsafeRawPointer(CommonPasswords_end()) - start),
            as: UTF8.self)
        let words = text.split(separator: "\n").map { String($0) }
        #expect(words.count > 10_000 && words.count == CommonPasswordList.count)
        #expect(zip(words, words.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        let alice = try #require(Username("alice"))
        #expect(words.allSatisfy { CommonPasswordList.contains($0) })
        for index in stride(from: 0, to: words.count, by: 100) {
            let word = words[index]
            #expect(throws: IdentityError.invalidField("password", "")) {
                try PasswordPolicy.accepted(word, for: alice, field: "password")
            }
        }
    }

    @Test(
        "do not hold what stands before, between and behind them", arguments: ["", "!", "passwor", "password ", "~~~~"])
    func others(_ word: String) {
        #expect(!CommonPasswordList.contains(word))
    }

    @Test(
        "and the user's own name are refused in any case",
        arguments: ["PassWord", "12345678", "Alice.Smith", "alice.smith99", "99alice.smith!"])
    func refused(_ password: String) throws {
        let user = try #require(Username("alice.smith"))
        #expect(throws: IdentityError.invalidField("password", "")) {
            try PasswordPolicy.accepted(password, for: user, field: "password")
        }
    }

    @Test("are no obstacle to others", arguments: ["correct horse", "alice.smithereens", "pässwört"])
    func accepted(_ password: String) throws {
        let user = try #require(Username("alice.smith"))
        _ = try PasswordPolicy.accepted(password, for: user, field: "password")
    }
}
