namespace SalesforceSimulator.Data;

/// <summary>Record ids: 15 case-sensitive characters, and a checksum of three that makes them case-insensitive.</summary>
internal static class RecordIds
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string ChecksumCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    private const string Instance = "Dn0";
    private const int NumberLength = 9;

    // Ids do not start at zero, like those of a real org.
    private const long FirstNumber = 103_434_352;

    /// <summary>Creates the 18-character id of a record, from the key prefix of its sObject and its index in the table.</summary>
    public static string Create(string keyPrefix, int ordinal) => ToEighteen(string.Create(15, (keyPrefix, ordinal), static (id, state) =>
    {
        state.keyPrefix.CopyTo(id);
        Instance.CopyTo(id[3..]);
        var number = FirstNumber + state.ordinal;
        for (var i = id.Length - 1; i >= id.Length - NumberLength; i--)
        {
            id[i] = Digits[(int)(number % Digits.Length)];
            number /= Digits.Length;
        }
    }));

    /// <summary>Adds the checksum to a 15-character id.</summary>
    /// <remarks>Each chunk of five characters gives one character: bit i is set if character i is A to Z.</remarks>
    public static string ToEighteen(string fifteen) => string.Create(18, fifteen, static (id, fifteen) =>
    {
        fifteen.CopyTo(id);
        for (var chunk = 0; chunk < 3; chunk++)
        {
            var bits = 0;
            for (var i = 0; i < 5; i++)
            {
                bits |= char.IsAsciiLetterUpper(fifteen[(chunk * 5) + i]) ? 1 << i : 0;
            }

            id[15 + chunk] = ChecksumCharacters[bits];
        }
    });

    /// <summary>Whether the text has the form of an id: 15 or 18 letters and digits.</summary>
    public static bool HasShape(string text) => text.Length is 15 or 18 && text.All(char.IsAsciiLetterOrDigit);

    /// <summary>The 18-character form; <see langword="null"/> if the form or the checksum is invalid.</summary>
    public static string? Normalize(string text)
    {
        if (!HasShape(text))
        {
            return null;
        }

        var id = ToEighteen(text[..15]);
        return text.Length == 15 || text == id ? id : null;
    }

    /// <summary>The index in its table of the record with this 18-character id; −1 for an id that this org did not create.</summary>
    public static int OrdinalOf(string id)
    {
        if (!id.AsSpan(3).StartsWith(Instance, StringComparison.Ordinal))
        {
            return -1;
        }

        var number = 0L;
        foreach (var character in id.AsSpan(6, NumberLength))
        {
            number = (number * Digits.Length) + Digits.IndexOf(character, StringComparison.Ordinal);
        }

        number -= FirstNumber;
        return number is >= 0 and <= int.MaxValue ? (int)number : -1;
    }
}
