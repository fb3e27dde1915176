"""Small scenes that the direct renderer and EEVEE draw (draw_scenes.py), inside Blender."""

import math

import bpy
import numpy as np

SIZE = 160, 120
SCENES, OURS = {}, set()


def scene(function):
    """Registers a scene: the function builds it, and may return functions that change it."""
    SCENES[function.__name__] = function
    return function


def ours(function):
    """Registers a scene that EEVEE draws differently."""
    OURS.add(function.__name__)
    return scene(function)


def material(name, **inputs):
    """A Principled material; values of its inputs by name, with _ for a space."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    node = made.node_tree.nodes["Principled BSDF"]
    node.inputs["Roughness"].default_value = 1.0
    specular = node.inputs.get("Specular") or node.inputs["Specular IOR Level"]
    specular.default_value = 0.0
    for key, value in inputs.items():
        node.inputs[key.replace("_", " ")].default_value = value
    return made


def emission(name, colour=(1, 1, 1, 1)):
    """A material of one Emission node. (material, node)."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    tree = made.node_tree
    tree.nodes.clear()
    node, output = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeOutputMaterial")
    node.inputs["Color"].default_value = colour
    tree.links.new(node.outputs[0], output.inputs["Surface"])
    return made, node


def image(name, rows):
    """An sRGB image; rows of RGBA, the bottom one first."""
    made = bpy.data.images.new(name, len(rows[0]), len(rows), alpha=True)
    made.pixels.foreach_set(np.asarray(rows, np.float32).ravel())
    made.update()
    return made


def image_node(made, picture, vector=None):
    """An image node in a material, its nearest pixels."""
    node = made.node_tree.nodes.new("ShaderNodeTexImage")
    node.image, node.interpolation = picture, "Linear"
    if vector is not None:
        made.node_tree.links.new(vector, node.inputs["Vector"])
    return node


def add(operator, made=None, **arguments):
    """A primitive with a material."""
    getattr(bpy.ops.mesh, f"primitive_{operator}_add")(**arguments)
    obj = bpy.context.view_layer.objects.active
    if made is not None:
        obj.data.materials.append(made)
    return obj


def smooth(obj):
    """Shade it smooth."""
    obj.data.polygons.foreach_set("use_smooth", [True] * len(obj.data.polygons))
    return obj


def wall(made=None, size=2.0, y=0.0):
    """A square that faces the scene camera."""
    return add("plane", made, size=size, location=(0, y, 0), rotation=(math.pi / 2, 0, 0))


def empty():
    """A dark world, a scene camera in front, no light."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    here = bpy.context.scene
    here.render.resolution_x, here.render.resolution_y = SIZE
    here.view_settings.view_transform = "Standard"
    here.world = bpy.data.worlds.new("World")
    here.world.use_nodes = True
    background(here).inputs["Color"].default_value = (0.02, 0.02, 0.02, 1)
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.location, camera.rotation_euler = (0, -6, 0), (math.pi / 2, 0, 0)
    here.collection.objects.link(camera)
    here.camera = camera


def background(here):
    return here.world.node_tree.nodes["Background"]


def sun(direction=(0.5, 0.8, -0.4), energy=3.0):
    """A sun without shadows."""
    from mathutils import Vector
    light = bpy.data.lights.new("Sun", "SUN")
    light.energy, light.use_shadow = energy, False
    obj = bpy.data.objects.new("Sun", light)
    obj.rotation_euler = Vector(direction).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(obj)


RED, GREEN, BLUE, WHITE = (1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1), (1, 1, 1, 1)
QUARTERS = [[RED] * 4 + [GREEN] * 4] * 4 + [[BLUE] * 4 + [WHITE] * 4] * 4


@scene
def image_on_a_wall():
    made, node = emission("Shining")
    picture = image_node(made, image("Quarters", QUARTERS))
    made.node_tree.links.new(picture.outputs["Color"], node.inputs["Color"])
    wall(made)


@scene
def image_times_paint_under_a_sun():
    made = material("Painted")
    tree = made.node_tree
    mix = tree.nodes.new("ShaderNodeMixRGB")
    mix.blend_type = "MULTIPLY"
    mix.inputs[0].default_value = 1.0
    paint = tree.nodes.new("ShaderNodeVertexColor")
    paint.layer_name = "Col"
    tree.links.new(image_node(made, image("Quarters", QUARTERS)).outputs["Color"], mix.inputs[1])
    tree.links.new(paint.outputs["Color"], mix.inputs[2])
    tree.links.new(mix.outputs[0], tree.nodes["Principled BSDF"].inputs["Base Color"])
    obj = wall(made)
    layer = obj.data.color_attributes.new("Col", "BYTE_COLOR", "CORNER")
    layer.data.foreach_set("color", [0.5, 1.0, 0.5, 1.0] * len(obj.data.loops))
    sun((0.2, 1.0, -0.2))


@scene
def second_uv_map():
    made, node = emission("Shining")
    named = made.node_tree.nodes.new("ShaderNodeUVMap")
    named.uv_map = "Turned"
    picture = image_node(made, image("Quarters", QUARTERS), named.outputs[0])
    made.node_tree.links.new(picture.outputs["Color"], node.inputs["Color"])
    obj = wall(made)
    layer = obj.data.uv_layers.new(name="Turned")
    first = obj.data.uv_layers[0]
    for k, point in enumerate(first.data):
        layer.data[k].uv = (1.0 - point.uv[0], 1.0 - point.uv[1])


@scene
def image_beyond_its_edges():
    """Clipped, extended, repeated, from left to right."""
    picture = image("Quarters", QUARTERS)
    for x, extension in enumerate(("CLIP", "EXTEND", "REPEAT")):
        made, node = emission(extension)
        textured = image_node(made, picture)
        textured.extension = extension
        made.node_tree.links.new(textured.outputs["Color"], node.inputs["Color"])
        obj = wall(made, 1.2)
        obj.location.x = 1.3 * (x - 1)
        for point in obj.data.uv_layers[0].data:
            point.uv = [2.0 * c - 0.5 for c in point.uv]


def _with_alpha(method):
    alpha = [[(1, 1, 1, 0.0)] * 4 + [(1, 1, 1, 1.0)] * 4] * 8
    made = material("Holes", Base_Color=GREEN)
    tree = made.node_tree
    picture = image_node(made, image("Alpha", alpha))
    tree.links.new(picture.outputs["Alpha"], tree.nodes["Principled BSDF"].inputs["Alpha"])
    made.blend_method = method
    wall(made)
    wall(emission("Behind", RED)[0], 3.0, 1.0)
    sun((0.0, 1.0, 0.0))


@scene
def image_alpha_blended():
    _with_alpha("BLEND")


@scene
def image_alpha_cut():
    _with_alpha("CLIP")


@scene
def image_with_its_alpha():
    """Half transparent, straight alpha, times a factor: as glTF's import builds BLEND."""
    made = material("Glass")
    tree, node = made.node_tree, made.node_tree.nodes["Principled BSDF"]
    half = image("Half", [[(1.0, 0.5, 0.2, 0.5)] * 4 + [(1.0, 0.5, 0.2, 1.0)] * 4] * 8)
    picture, factor = image_node(made, half), tree.nodes.new("ShaderNodeMath")
    factor.operation = "MULTIPLY"
    factor.inputs[1].default_value = 0.6
    tree.links.new(picture.outputs["Color"], node.inputs["Base Color"])
    tree.links.new(picture.outputs["Alpha"], factor.inputs[0])
    tree.links.new(factor.outputs[0], node.inputs["Alpha"])
    made.blend_method = "BLEND"
    wall(made)
    wall(emission("Behind", BLUE)[0], 3.0, 1.0)
    sun((0.0, 1.0, 0.0))


@ours
def painted_alpha():
    made = material("Fading", Base_Color=GREEN)
    tree = made.node_tree
    paint = tree.nodes.new("ShaderNodeVertexColor")
    paint.layer_name = "Col"
    tree.links.new(paint.outputs["Alpha"], tree.nodes["Principled BSDF"].inputs["Alpha"])
    made.blend_method = "BLEND"
    obj = wall(made)
    layer = obj.data.color_attributes.new("Col", "FLOAT_COLOR", "POINT")
    for point, vertex in zip(layer.data, obj.data.vertices):
        point.color = (1, 1, 1, 1.0 if vertex.co.x > 0 else 0.0)
    wall(emission("Behind", RED)[0], 3.0, 1.0)
    sun((0.0, 1.0, 0.0))


@scene
def halo():
    """A glow that fades by painted alpha, mixed with a transparent shader."""
    made, node = emission("Glow", (0.2, 0.9, 1.0, 1.0))
    tree = made.node_tree
    mix, clear, paint = (tree.nodes.new(f"ShaderNode{n}")
                         for n in ("MixShader", "BsdfTransparent", "VertexColor"))
    tree.links.new(paint.outputs["Alpha"], mix.inputs[0])
    tree.links.new(clear.outputs[0], mix.inputs[1])
    tree.links.new(node.outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    made.blend_method = "BLEND"
    obj = add("grid", made, size=2.6, rotation=(math.pi / 2, 0, 0))
    layer = obj.data.color_attributes.new("Col", "FLOAT_COLOR", "POINT")
    for point, vertex in zip(layer.data, obj.data.vertices):
        point.color = (1, 1, 1, max(0.0, 1.0 - vertex.co.length / 1.3))


@scene
def unlit_as_gltf_has_it():
    """As Blender's import builds KHR_materials_unlit: a mix by the light's path."""
    made, node = emission("Unlit")
    made.use_backface_culling = True
    tree = made.node_tree
    path, clear, mix = (tree.nodes.new(f"ShaderNode{n}")
                        for n in ("LightPath", "BsdfTransparent", "MixShader"))
    tree.links.new(image_node(made, image("Quarters", QUARTERS)).outputs["Color"],
                   node.inputs["Color"])
    tree.links.new(path.outputs["Is Camera Ray"], mix.inputs[0])
    tree.links.new(clear.outputs[0], mix.inputs[1])
    tree.links.new(node.outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    wall(made, 1.5).location.x = -1.0
    away = wall(made, 1.5)
    away.location.x, away.rotation_euler.z = 1.0, math.pi


@ours
def image_that_is_missing():
    made = material("Lost")
    lost = bpy.data.images.new("Lost", 8, 8)
    lost.source, lost.filepath = "FILE", "/nowhere/lost.png"
    made.diffuse_color = GREEN
    made.node_tree.links.new(image_node(made, lost).outputs["Color"],
                             made.node_tree.nodes["Principled BSDF"].inputs["Base Color"])
    wall(made)
    sun((0.0, 1.0, 0.0))


@scene
def shader_in_a_group():
    group = bpy.data.node_groups.new("Look", "ShaderNodeTree")
    shine, ends = (group.nodes.new(n) for n in ("ShaderNodeEmission", "NodeGroupOutput"))
    shine.inputs["Color"].default_value = (0.2, 0.5, 1.0, 1.0)
    if hasattr(group, "interface"):  # 4.0
        group.interface.new_socket("Surface", in_out="OUTPUT", socket_type="NodeSocketShader")
    else:
        group.outputs.new("NodeSocketShader", "Surface")
    group.links.new(shine.outputs[0], ends.inputs[0])
    made, _ = emission("Grouped")
    tree = made.node_tree
    node = tree.nodes.new("ShaderNodeGroup")
    node.node_tree = group
    tree.links.new(node.outputs[0], tree.nodes["Material Output"].inputs["Surface"])
    wall(made)


@ours
def toon():
    obj = smooth(add("uv_sphere", material("Skin toon", Base_Color=WHITE), segments=64))
    obj.scale = (1.4, 1.4, 1.4)
    sun((1.0, 0.6, 0.0))


@ours
def matcap():
    made = material("Gold.Matcap")
    picture = image_node(made, image("Ball", [[RED] * 4 + [BLUE] * 4] * 8))
    made.node_tree.links.new(picture.outputs["Color"],
                             made.node_tree.nodes["Principled BSDF"].inputs["Base Color"])
    smooth(add("uv_sphere", made, segments=64))


@scene
def gradient():
    tree = bpy.context.scene.world.node_tree
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].color, ramp.color_ramp.elements[1].color = RED, BLUE
    window, split = (tree.nodes.new(f"ShaderNode{n}") for n in ("TexCoord", "SeparateXYZ"))
    tree.links.new(window.outputs["Window"], split.inputs[0])
    tree.links.new(split.outputs["Y"], ramp.inputs[0])
    tree.links.new(ramp.outputs["Color"], background(bpy.context.scene).inputs["Color"])
    wall(emission("Green", GREEN)[0], 1.0)


@ours
def background_image():
    data = bpy.context.scene.camera.data
    data.show_background_images = True
    data.background_images.new().image = image("Quarters", QUARTERS)
    wall(emission("Black", (0, 0, 0, 1))[0], 1.0)


@scene
def lens_and_shift():
    data = bpy.context.scene.camera.data
    data.lens, data.shift_x, data.shift_y, data.sensor_fit = 70.0, 0.2, -0.1, "VERTICAL"
    wall(emission("White")[0], 1.0)


@scene
def orthographic():
    data = bpy.context.scene.camera.data
    data.type, data.ortho_scale = "ORTHO", 4.0
    add("cube", emission("White")[0], size=1.0, rotation=(0.3, 0.4, 0.5))


@scene
def flat_and_smooth():
    made = material("White", Base_Color=WHITE)
    add("uv_sphere", made, segments=12, ring_count=8, location=(-1.1, 0, 0))
    smooth(add("uv_sphere", made, segments=12, ring_count=8, location=(1.1, 0, 0)))
    sun()


@scene
def lamps():
    made = material("White", Base_Color=WHITE)
    wall(made, 5.0)
    for kind, x in (("POINT", -1.2), ("SPOT", 1.2)):
        light = bpy.data.lights.new(kind, kind)
        light.energy, light.use_shadow = 60.0, False
        obj = bpy.data.objects.new(kind, light)
        obj.location, obj.rotation_euler = (x, -1.0, 0), (math.pi / 2, 0, 0)
        bpy.context.scene.collection.objects.link(obj)


@scene
def modifiers():
    """Subdivision, an armature, a hook, a parent: where Blender puts them."""
    made = emission("White")[0]
    cube = add("cube", made, size=1.0, location=(-1.6, 0, 0))
    cube.modifiers.new("Subdivision", "SUBSURF").levels = 2
    hooked = add("cube", made, size=1.0)
    hook = bpy.data.objects.new("Hook", None)
    bpy.context.scene.collection.objects.link(hook)
    group = hooked.vertex_groups.new(name="top")
    group.add([v.index for v in hooked.data.vertices if v.co.z > 0], 1.0, "REPLACE")
    modifier = hooked.modifiers.new("Hook", "HOOK")
    modifier.object, modifier.vertex_group = hook, "top"
    parent = bpy.data.objects.new("Parent", None)
    bpy.context.scene.collection.objects.link(parent)
    child = add("cube", made, size=0.8, location=(1.6, 0, 0))
    child.parent = parent

    def change():
        hook.location.z = 0.7
        parent.rotation_euler.y = 0.4
    return [change]


@scene
def hidden():
    add("cube", emission("Red", RED)[0], size=1.0, location=(-1, 0, 0))
    later = add("cube", emission("Blue", BLUE)[0], size=1.0, location=(1, 0, 0))
    later.hide_viewport = later.hide_render = True
    first = bpy.data.objects["Cube"]

    def change():
        later.hide_viewport = later.hide_render = False
        first.hide_viewport = first.hide_render = True
    return [change]


def _stage():
    """A cube before two walls. (cube, far wall, function that moves the cube)."""
    cube = add("cube", emission("Red", RED)[0], size=1.0)
    wall(emission("Green", GREEN)[0], 2.0, 2.0)
    far = wall(emission("Blue", BLUE)[0], 3.5, 3.0)

    def move():
        cube.location.x = 0.4
    return cube, far, move


@scene
def still_behind_what_moves():
    """The walls become scenery; then one is hidden."""
    _, far, move = _stage()

    def hide():
        far.hide_viewport = far.hide_render = True
    return [move, hide]


@scene
def passing_behind_what_stood_still():
    cube, _, move = _stage()

    def pass_by():
        cube.location = (0.8, 2.5, 0.8)
    return [move, pass_by]
