using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Payloads;

namespace Documents.Model;

/// <summary>A member of a payload or a reply: what its type, its declaration and the payload that inherits it say.</summary>
internal sealed class Member
{
    private readonly DocComments _comments;

    // What the payload that inherits it says, and what its declaration says.
    private readonly FieldAttribute[] _own;

    // These, and what its type says.
    private readonly FieldAttribute[] _fields;

    private Member(Type owner, PropertyInfo property, JsonPropertyInfo json, DocComments comments)
    {
        _comments = comments;
        Property = property;
        Name = json.Name;
        IsRequired = json.IsRequired;
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        _own =
        [
            .. owner.GetCustomAttributes<FieldAttribute>(inherit: false).Where(one => one.Member == property.Name),
            .. property.GetCustomAttributes<FieldAttribute>(),
        ];
        _fields = [.. _own, .. Type.GetCustomAttributes<FieldAttribute>(inherit: false).Where(one => one.Member is null)];
    }

    public PropertyInfo Property { get; }

    public string Name { get; }

    public bool IsRequired { get; }

    /// <summary>Its type; of a nullable value, the value's.</summary>
    public Type Type { get; }

    public string Label => First(_fields, one => one.Label) ?? Names.Label(Name);

    /// <summary>The label, if it is not its type's.</summary>
    public string? OwnLabel => First(_own, one => one.Label);

    /// <summary>What it means, if it is not its type that says so.</summary>
    public string? Description => First(_own, one => one.Description) ?? _comments.Of(Property);

    public string Hint =>
        First(_fields, one => one.Hint) ?? _comments.Of(Property) ?? _comments.Of(Type)
        ?? throw new InvalidOperationException($"{Property.DeclaringType!.Name}.{Property.Name} has neither a doc comment nor a hint.");

    public string? Placeholder => First(_fields, one => one.Placeholder);

    public string? Pattern => First(_fields, one => one.Pattern);

    public string? Message => First(_fields, one => one.Message);

    public string Id => First(_fields, one => one.Id) ?? Name;

    public string? After => First(_fields, one => one.After);

    /// <summary>The field that it depends on, and the value of that field with which it is shown.</summary>
    public (string Field, object? Value)? When =>
        _fields.FirstOrDefault(one => one.When is not null) is { When: { } other } condition ? (Names.Member(other), condition.Is) : null;

    public string? Unset => First(_fields, one => one.Unset);

    public FormGroup Group => _fields.Select(one => one.Group).FirstOrDefault(group => group != FormGroup.Operation);

    public bool IsAsked => IsRequired || _fields.Any(one => one.Asked);

    public bool IsMultiline => _fields.Any(one => one.Multiline);

    public bool AllowsRepetition => _fields.Any(one => one.AllowsRepetition);

    /// <summary>The members of a type, in the order of their declarations, inherited ones first, those of all payloads last.</summary>
    public static IReadOnlyList<Member> Of(JsonTypeInfo type, DocComments comments)
    {
        List<Member> members =
        [
            .. from json in type.Properties
               where json.Get is not null || json.Set is not null
               let property = (PropertyInfo)json.AttributeProvider!
               orderby Depth(property.DeclaringType!), property.MetadataToken
               select new Member(type.Type, property, json, comments),
        ];
        foreach (var moved in members.Where(member => member.After is not null).ToArray())
        {
            members.Remove(moved);
            members.Insert(1 + members.FindIndex(member => member.Property.Name == moved.After), moved);
        }

        return members;
    }

    private static int Depth(Type type)
    {
        var depth = 0;
        for (var at = type; at != typeof(object); at = at.BaseType!)
        {
            depth++;
        }

        return type == typeof(Payload) ? int.MaxValue : depth;
    }

    private static string? First(FieldAttribute[] fields, Func<FieldAttribute, string?> choose) =>
        fields.Select(choose).FirstOrDefault(text => text is not null);
}
