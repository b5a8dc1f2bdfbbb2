import Testing

@testable import QRCode

@Suite("A QR code")
struct QRCodeTests {
    @Test("of the version-1 example has the codewords that ISO/IEC 18004 prescribes for bytes at level M")
    func codewords() {
        let version = QRVersion(1)
        // Mode 4, length 1, the byte, the terminator, and padding of EC and 11 in turns.
        #expect(
            version.codewords(of: [0x61]) == [
                0x40, 0x16, 0x10, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC,
            ])
    }

    @Test("has the error correction of annex I's example: 01234567 in version 1, level M")
    func correction() {
        let data: [UInt8] = [
            0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11,
        ]
        #expect(
            ReedSolomon.remainder(of: data[...], count: 10)
                == [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55])
    }

    @Test(
        "takes the version that is just large enough, and refuses what none holds",
        arguments: [
            (14, 21), (15, 25), (26, 25), (27, 29), (213, 57), (214, 61), (412, 77),
        ])
    func size(bytes: Int, side: Int) {
        #expect(QRCode(String(repeating: "x", count: bytes))?.size == side)
        #expect(QRCode(String(repeating: "x", count: 413)) == nil)
    }

    @Test("has its finders, timing and dark module, and every module is drawn as SVG and on the terminal")
    func drawing() throws {
        let code = try #require(QRCode("otpauth://totp/parley:alice?secret=JBSWY3DPEHPK3PXP"))
        for (x, y) in [(0, 0), (code.size - 7, 0), (0, code.size - 7)] {
            #expect(code.modules[y][x] && !code.modules[y + 1][x + 1] && code.modules[y + 3][x + 3])
        }
        #expect((8..<code.size - 8).allSatisfy { code.modules[6][$0] == ($0 % 2 == 0) })
        #expect(code.modules[code.size - 8][8])
        let dark = code.modules.joined().count { $0 }
        #expect(code.svg.split(separator: "M").count - 2 == dark)
        #expect(code.terminal.split(separator: "\n").count == (code.size + 9) / 2)
    }
}
