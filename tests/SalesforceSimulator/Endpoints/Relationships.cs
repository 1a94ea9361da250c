using SalesforceSimulator.Data;
using SalesforceSimulator.Records;
using SalesforceSimulator.Requests;
using SalesforceSimulator.Soql;

namespace SalesforceSimulator.Endpoints;

/// <summary>sobjects/{type}/{id}/{relationship}, also with several relationships in a row.</summary>
internal static class Relationships
{
    private const int LongestChain = 5;

    public static Reply Get(ApiCall call)
    {
        var names = Names(call);
        var record = Follow(call, names.SkipLast(1), forWriting: false);
        if (record.Type.FindChild(names[^1]) is { } relationship)
        {
            return GetChildren(call, record, relationship);
        }

        return Rows.Get(call, Follow(call, record, names[^1]));
    }

    public static Reply Update(ApiCall call) => Rows.Update(call, Follow(call, Names(call), forWriting: true));

    public static Reply Delete(ApiCall call)
    {
        new RecordWriter(call).Delete(Follow(call, Names(call), forWriting: true));
        return Reply.NoContent;
    }

    private static string[] Names(ApiCall call)
    {
        string[] names = [.. call.Segments.Skip(3)];
        return names.Length <= LongestChain ? names : throw Errors.NotFound();
    }

    private static Record Follow(ApiCall call, IEnumerable<string> names, bool forWriting) => names.Aggregate(
        RecordLookup.ById(call.Store, call.ObjectType, call.Arguments["id"], forWriting),
        (record, name) => Follow(call, record, name));

    // An empty reference and an unknown name get the same reply.
    private static Record Follow(ApiCall call, Record record, string name) =>
        record.Type.FindParent(name) is { } reference && call.Store.Follow(record, reference) is { } next
            ? next
            : throw Errors.NotFound();

    private static Reply GetChildren(ApiCall call, Record parent, ChildRelationship relationship)
    {
        var columns = Rows.ColumnsOf(call, relationship.Child);
        var query = RecordQuery.ChildrenOf(Queries.Context(call, "", includeDeleted: false), relationship, parent.Id, columns);
        return Queries.PageReply(call, ResultSet.Run(query).Take(call, Queries.BatchSize(call), offset: 0));
    }
}
