using System.Text.RegularExpressions;
using SalesforceSimulator.Data;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql;
using SalesforceSimulator.Soql.Parsing;

namespace SalesforceSimulator.Endpoints;

/// <summary>search: SOSL over the text fields. Unlike in Salesforce, new records are found immediately.</summary>
internal static partial class Searches
{
    private const int MostResults = 2000;

    public static Reply Search(ApiCall call)
    {
        if (!call.Query.TryGetValue("q", out var text))
        {
            throw Errors.MalformedQuery("A search string has to be specified");
        }

        return Search(call, text.ToString());
    }

    /// <summary>parameterizedSearch: a search whose text is no SOSL.</summary>
    public static Reply SearchByParameters(ApiCall call)
    {
        var body = call.ReadObject();
        if (body.EnumerateObject().FirstOrDefault(member => member.Name is not ("q" or "in" or "fields" or "sobjects")) is { Value.ValueKind: not System.Text.Json.JsonValueKind.Undefined } other)
        {
            throw new NotKnownException($"what {other.Name} does in a search by parameters");
        }

        var text = SoslSpecial().Replace(body.RequiredText("q"), special => $"\\{special.Value}");
        var fields = body.Member("fields") is null ? [] : body.RequiredList("fields").Select(field => field.GetString());
        var group = body.Member("in") is null ? "ALL" : body.RequiredText("in");
        var returning = body.RequiredList("sobjects").Select(type =>
            $"{type.RequiredText("name")}({string.Join(", ", (type.Member("fields") is null ? [] : type.RequiredList("fields").Select(field => field.GetString())).Concat(fields).DefaultIfEmpty("Id").Distinct())})");
        return Search(call, $"FIND {{{text}}} IN {group} FIELDS RETURNING {string.Join(", ", returning)}");
    }

    private static Reply Search(ApiCall call, string text)
    {
        var context = Queries.Context(call, text, includeDeleted: false);
        var search = SoslParser.Read(context.Source);
        Regex[] terms = [.. Terms(search.Terms)];
        List<(Row Row, List<Column> Columns)> found = [];
        foreach (var returned in search.Returning)
        {
            var query = RecordQuery.Bind(context, returned with { Limit = null, Offset = null });
            found.AddRange(query.Run()
                .Select(query.Record)
                .Where(record => Matches(record, search.Group, terms))
                .Skip(returned.Offset ?? 0)
                .Take(returned.Limit ?? MostResults)
                .Select(record => (Row.Take(call.Store, record, query.Columns), query.Columns)));
        }

        var results = found.Take(search.Limit ?? MostResults).ToList();
        return new Reply(200, async output =>
        {
            output.Writer.WriteStartObject();
            output.Writer.WriteStartArray("searchRecords");
            foreach (var (row, columns) in results)
            {
                await RecordJson.WriteRowAsync(output, row, columns, call.Version);
                await output.DrainAsync();
            }

            output.Writer.WriteEndArray();
            output.Writer.WriteEndObject();
        });
    }

    /// <summary>
    /// The words and quoted phrases to find, all of which must match. <c>*</c> and <c>?</c> are wildcards; a backslash escapes
    /// them.
    /// </summary>
    private static IEnumerable<Regex> Terms(string text)
    {
        foreach (Match match in TermShape().Matches(text))
        {
            var term = match.Value.Trim('"');
            if (IsWord(match.Value, "AND"))
            {
                continue;
            }

            if (IsWord(match.Value, "OR") || IsWord(match.Value, "NOT") || Parenthesis().IsMatch(match.Value))
            {
                throw SoqlSource.Unsupported($"the operator {match.Value}");
            }

            var pattern = TermPart().Replace(term, part => part.Value switch
            {
                "*" => @"\w*",
                "?" => @"\w",
                ['\\', var escaped] => Regex.Escape(escaped.ToString()),
                var plain => Regex.Escape(plain),
            });
            yield return new Regex($@"(?<!\w){pattern}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        }
    }

    private static bool IsWord(string term, string word) => term.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool Matches(Record record, SearchGroup group, Regex[] terms)
    {
        var fields = record.Type.Fields.Where(field => group switch
        {
            SearchGroup.Name => field == record.Type.NameField,
            SearchGroup.Email => field.Type == FieldType.Email,
            SearchGroup.Phone => field.Type == FieldType.Phone,
            _ => field.IsText,
        });
        var text = string.Join('\n', fields.Select(field => record[field]).OfType<string>());
        return terms.Length > 0 && Array.TrueForAll(terms, term => term.IsMatch(text));
    }

    [GeneratedRegex(@"[?&|!{}\[\]()^~*:\\""'+\-]")]
    private static partial Regex SoslSpecial();

    [GeneratedRegex("\"(?:\\\\.|[^\"\\\\])+\"|(?:\\\\.|[^\\s\"\\\\])+")]
    private static partial Regex TermShape();

    [GeneratedRegex(@"\A(?!"")(?:\\.|[^\\()])*[()]")]
    private static partial Regex Parenthesis();

    [GeneratedRegex(@"\\.|[\s\S]")]
    private static partial Regex TermPart();
}
