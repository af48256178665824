"""What differs from vendor to vendor: one entry each."""

from demo.vendors.rotoclear import TOKEN

from .story import NewPassword, Outside, Story

STORIES = (
    Story(
        domain="rotoclear",
        wrong={"token": "not-the-token"},
        says="refused",
        light="light.rotoclear_head_1_light",
        switch="switch.rotoclear_head_1_disk_rotation",
        camera="camera.rotoclear",
        outside=Outside(
            simulator="rotoclear",
            command="change",
            parameters={"psi0": "321mbar"},
            entity_id="sensor.rotoclear_head_1_sealing_air_pressure",
            state="321",
            shows="321",
        ),
        new_password=NewPassword(
            simulator="rotoclear",
            command="change_token",
            parameters={"token": "new-token"},
            fields={"token": "new-token"},
        ),
        secrets=(TOKEN,),
    ),
)
