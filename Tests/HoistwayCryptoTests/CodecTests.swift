import HoistwayCrypto
import Testing

struct CodecTests {
    @Test func `hexadecimal digits of either case are read, others are not`() {
        #expect(Hex.decode("00fFA0") == [0x00, 0xff, 0xa0])
        #expect(Hex.decode("") == [])
        #expect(Hex.decode("abc") == nil)
        #expect(Hex.decode("0g") == nil)
        #expect(Hex.encode([0x00, 0xff, 0xa0]) == "00ffa0")
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64 is that of RFC 4648`(plain: String, coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(coded) == Array(plain.utf8))
        let url = String(coded.prefix { $0 != "=" })
        #expect(Base64.encode(Array(plain.utf8), .url) == url)
        #expect(Base64.decode(url, .url) == Array(plain.utf8))
    }

    @Test func `the alphabets differ in two characters`() {
        #expect(Base64.encode([0xfb, 0xff]) == "+/8=")
        #expect(Base64.encode([0xfb, 0xff], .url) == "-_8")
    }

    @Test(arguments: ["Zg", "Zg=", "Zg===", "Z", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Z===", "=", "-_8=", "Zg==Zg=="])
    func `what no encoder makes is refused`(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `bytes survive the way there and back`() {
        var generator = SystemRandomNumberGenerator()
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes, .url), .url) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test func `a secret prints as stars and loses one newline of its file`() {
        let secret = Secret(fileContents: Array("hunter2\n".utf8))
        #expect(secret == Secret("hunter2"))
        #expect(Secret(fileContents: Array("a\r\n".utf8)) == Secret("a"))
        #expect(Secret(fileContents: Array("a\n\n".utf8)) == Secret("a\n"))
        #expect("\(secret)" == "***")
        #expect(String(reflecting: secret) == "***")
        #expect(!"\(Credential(name: "p/n", project: nil, kind: .git, login: .sshKey(secret)))".contains("hunter"))
    }
}
