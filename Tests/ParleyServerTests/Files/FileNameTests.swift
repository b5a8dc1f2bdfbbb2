import Testing

@testable import ParleyServer

@Suite("Names of files")
struct FileNameTests {
    @Test(
        "are cleaned of folders, tricks and what file systems refuse",
        arguments: [
            ("report.pdf", "report.pdf"), ("../../etc/passwd", "passwd"), (#"..\..\windows\system.ini"#, "system.ini"),
            ("/etc/shadow", "shadow"), ("C:\\Users\\a\\photo.png", "photo.png"), ("..", "file"), (".", "file"),
            ("/", "file"), ("", "file"), ("   ", "file"), (".bashrc", "bashrc"), ("...hidden", "hidden"),
            ("a\u{0}b.txt", "ab.txt"), ("a\r\nb.txt", "ab.txt"), ("a\u{1B}[31m.txt", "a[31m.txt"),
            ("photo\u{202E}gpj.exe", "photogpj.exe"), ("a\u{200B}\u{FEFF}b", "ab"), ("name. . .", "name"),
            ("a \u{3000}\u{A0} b.txt", "a b.txt"), ("a<b>c:d\"e|f?g*h", "a_b_c_d_e_f_g_h"), ("CON", "_CON"),
            ("nul.txt", "_nul.txt"), ("com1.log", "_com1.log"), ("console", "console"), ("LPT0", "_LPT0"),
            ("наука 科学 👩‍🔬.txt", "наука 科学 👩‍🔬.txt"), ("a/b\u{0}/", "b"),
        ])
    func cleaned(name: String, wanted: String) { #expect(FileName.cleaned(name) == wanted) }

    @Test("a missing one is 'file'")
    func missing() { #expect(FileName.cleaned(nil) == "file") }

    @Test("a long one is cut to 255 bytes and keeps its ending")
    func long() {
        let cut = FileName.cleaned(String(repeating: "é", count: 300) + ".jpeg")
        #expect(cut.utf8.count <= 255 && cut.utf8.count > 250 && cut.hasSuffix("é.jpeg"))
        let plain = FileName.cleaned(String(repeating: "x", count: 10_000))
        #expect(plain == String(repeating: "x", count: 255))
        let ending = FileName.cleaned("x." + String(repeating: "y", count: 400))
        #expect(ending.utf8.count == 255)
    }

    @Test("are written for Content-Disposition as RFC 8187 has it, whatever they hold")
    func extended() {
        #expect(FileName.extended("a b.txt") == "UTF-8''a%20b.txt")
        #expect(FileName.extended("€ rates\"\r\n;%") == "UTF-8''%E2%82%AC%20rates%22%0D%0A%3B%25")
    }
}
