/// Keys made for these tests with the `openssl` program; they open nothing.
enum ThrowAwayKeys {
    static let rsa = """
        -----BEGIN PRIVATE KEY-----
        MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQC67IG4/haGc52j
        CkZJER4sUB+Ds7ZcWJ0d6585mH5WQJBiuSCAYbGUYoBZJQ3xQ+kguITi5TVtbxMa
        BL93IBCWfOKfk9UIYYMdt/UlWmwQgVUtvjA6bzrqRihW+X2j8leBiOC0Zs5U9MyD
        3MHlpfyg2DzgqAOS/WGVuOIrFcnIm+7Cr6YW3Xb9ijFOBNgfSe9c87/5iGOB+6oJ
        hsg1UInba1ZSSYr8wLM3pgBEylzFdMdcKa/qzg7eekkwndbDbQCoGIsJQJKygg7a
        AKJCc6Sp6pjvQh0cXjqCK8FxXcRx4TQ+Kt0GKarEYGHb9QvT9VIyj0VsE4BQm5m1
        Dp4AYOyZAgMBAAECggEACAVVAwH4J83MkliYWn30YaoQfXTChaTnHQe6yIcSyL2y
        1GGlk4yy84SPMFlm3Jbxk84HJGX5zG0rOym//isZ5ciMauo2MSAKDHDpK9tSRBpg
        ntAIlBaoxwZlUxIX7OczD7kMDKxVUeTtOlfzLq5YMEixwrbC7IBDOzWjPX5iWbbF
        q19GHqrOEXtGj8pr2uqSSyQRCnEbQoL3mTN81hMxpNjZS5IIk+juLj45dhM7LKzK
        w39MCngfCvikW20fDzgIOGDAz7Hhci6Lol6NM4aIA2sFp0cDt+0Wdrq0Rrpt/gVN
        2gEXKG6oMI2I+EqixZAnHll9HqLF3RWrGuku9ZTH1wKBgQDyoaCD+dPedYQdwGRs
        +iOdqphKvyaZLXv795KJfCnieZnuNn549yJkKcAIdA8JwTXMUWD+QhswsIJj1Am2
        aIJ6NERoOR6JyjeA+/PbT42d+K1Gze8IfNJHV9aAAFNl/MVkVPFwIJAAZ66tWs1/
        UpGrHtMTFCn/VQhMuLNe7BtNswKBgQDFORy2jFEoHB5Jh564nSNLwp6QJIkskwSM
        PG2mONo2MamFcZefjZczMpP9R8kQDiBK/QCKDPEOuNpLpWwSuttIYEoRM+7kSo/o
        YItC1nW7vxan10D+5u8n0HP2reR6qsLDXa0NiaiZVcFUkk35ZKUWvnkT6XAsC/Vb
        Oaf0GsYugwKBgQDfELFeJGUg9LGOGL87YY00+w4gSjTWRvbh4+6Y78oiKOHYG8mS
        tMKti6S9INZihXtMaNTfbS9KSDzYQqzbQqISb9Mkbr8gtwToVLsROcZdIa9MlS/Z
        gchhRuQxshr6fLWNVHrUN1usw6XYQs8C64p45FHyDGvADxEeWACwmClR+QKBgQCd
        3GYAM/Yt3bvcbSJ9cMG0vVW/2I630AGe4it+FhmLsVqYRmDvxByXTU+pNxFXuYbd
        nv8UgOFeQFXyoLkNkOU+XFxMwr3fm1Lu1IADgreADKbst1396gjZXH/FnlC4YwA7
        8jo3EM2T1lFGCUlCau29c75kUsCHcRb16wNlXxzsUwKBgQDhWn6tEDyfpKULEpg7
        Ta+gE66s4YTd8g9xYvf4PzPcgdwI0nmyJ07liyCZ0PtQhY7vnxtr8bnGpCSyseXE
        a6CK8CmpBebQGEwut6evM1zhrQhGl+rhMzS0JXF33RUZClGkhinqBi0/YoU+20fp
        yOhCF9HRZRVTYkkzSOfLCEYTEg==
        -----END PRIVATE KEY-----

        """

    /// `openssl dgst -sha256 -sign` over `hello` with ``rsa``.
    static let signatureOfHello =
        "757c5fdeef544f071baaca40a101eb22a35e66df0b32fab903c18f41e3bb732b4cd210dbdba2e9df33e739b93b77dbd8b9df"
        + "0b4c2bdd9f0924aaf7b4f35095ab1adc618a3e5c748bbb00b7c98bf9e3e4fbd9458412431491be11c7153c3a109e074ed5d4"
        + "3b38dd71451a10a479b3b8ba271886924ceac46aff774d6ad3e0443a8d72d219c6aeb3ad2fde0d12099238094438d6d57dd4"
        + "6494979f5231ab26b09386c5f7d7e95dbe10429def658a1774d1ddbb02f193112feac0e81a8b13b95148017aa84c5a359bed"
        + "8773dd79a7aad5b2a4bf482e162bd540b293594fa4da82369ee812191fd9dded0f51ed78336e478e037e906e8d33df19c960"
        + "b0879e378391"

    static let ellipticCurve = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIC+7NLFWjzh8Wkz0IsUrUyHJn8/j1zjG4tQxrBlbYah9oAoGCCqGSM49
        AwEHoUQDQgAEeuzrNtEl//+IzPE0V5mKg/2X5cfLH845Xdah90DnWMIBof1AsPHP
        yPiTUFuP6/vZf1vvZ0hBWh67xLSUatL0nA==
        -----END EC PRIVATE KEY-----
        """

    /// ``rsa`` under the passphrase `xx`.
    static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIjd8RQvJpWDcCAggA
        MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAECBBAjsl2qPdO1uLSQR0L+xv5sBIIE
        0NctahLB3Rp87Z3SQHuzJamFxNMOo3YDVszeIHdvlqGkcCH7/tFWf9g883bURrib
        Kij5ZVJ2ji3YYRUl1U3ezF6IyWKVdq8sFG9IQjqahJrTA+pXPjyOabQvt1fw78fa
        lLy4Z9HLcq409Cr1IbB8Rj7kNsKIUqVmSolwIgkBC6N81v8aMDyh0lrXGVq38Nsj
        3336Cp/SV1waCj9Vr1N4zBlVhtBUZwoEHAnsPNJ/g0GAIf9EwHtX1I0ul8Hout4G
        HOU+W+ootQNTRk57eOuBflq4YUzhlJaUHfthM7nXEUIdrqq4Wea6u0avQsEiBlcD
        Kn6noP3osvZ4AAPPSyAfxgjzaMA3xz53y8h0jR1dDgNweC97ySHu+O5orwX4bnoS
        f9+xXFE/ccQ96vJITcgW03JOLn+Y0MwjwKdl9cyC0VqWZ6D7qoy8m/Pu/on0vdv3
        BwUQLlr3ktfFpGts1HD2HTEtwu2ftL6G3vjPQweNzs5zCh7jgXXx/aTLOFBwDhL8
        Mql5mXFnCyfyvE5beWtiRgqdRASG6cXWdpGG20hp215id0DAxcUwkZd/V0GJANLu
        4mcG50OITMUgUtuAlanZ+aZwRr0uQsKaPA+fQEo7CApLAB/7bi9irk3PhEluXmDn
        7rSs4Z+qlZqcsCW/yvxLp/Hmsye/UegdQEBEAR4q30/ltPqXH6Yo40t3Ziru3bXk
        6Y6fP/lQ7ECODrKFJBi4xFuNnYSftMZviI0gJTt5bjOlAaSdnPgNouvH4ocSFORv
        ii8cyGGsNlY5pvnImFJ9WKbMQACDh3tWzT3PoAU3no7WHVH0kjzbfJNZPc5N/ybw
        ih0P2Lp/ukB4iJyhbToGKwx1mbL9jAtUCilyoVREZ1NTfL+MrFACIrwSEn7JQI04
        r6x8tI9Y0cViccK1MjdU46sASTceFGQhDKIhAQ03z10Tb1lcSwW0gJa9EuPczERi
        wkBwRHLoJ4oiG/Lg/ENa060H/SJHCG2cXxr+g2sL40CsxK3h6Kg6CBKX3C5t0n4k
        L3NC6QCKTS2eneX/OmmduPLFvdVoG6gAU/Nn0x7h3lu+aX9zQ0ExAX+e+3DiTySj
        Wn06DAKC9bnZJsKKvqQnzhi/tDfUYvLA/20pSlxc6OVGvbmBXAmn7D55lSsMxt0J
        z1CBj4ONRBbQjW2pLUi9U2fGnWv0enXUc6gZiPJ7WuDqymR6T2K3ut3woefFhhLU
        q1GUfQZKq4hPW9zWy/QzWFfFhxCk620srpTiA8nhrU8ABpzicviOiY1A4TB9zX1w
        sfei8VrMl1IQhnF5bYWf4ko6H2Nienn+QKj1RByv0rjIQ/5M5hNaSQV5D9/47IdB
        tJFh/X/PgEF68RN6JUMzmMhMHOsx1uN8Xxi+3KFW7hsLBYBkq+FH7Tb82PdAvKQY
        DLhuaXakhA/MsIy+AD+UbsTNhWEGaZ9jd73Pgqx11doMNr6JhHFyQUoyQrSaxTAV
        sx9mjDeMhdRgWKtz6SjSzjHIAWqL0kYFR5KQ4A4Oy5ISq9wd7fxq7boBR6kPey+U
        M8Wx2lvsgQ24OSWpOqkqS3BvRBhHbLwCerpYXPcblFOdSuq6tohyNb57ewzX3SPH
        4vfA3FchWek2y9t/XJ+J3C5T4rCHLhq81vHDUVWHICnd
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
